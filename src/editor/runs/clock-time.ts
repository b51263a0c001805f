const two = (value: number): string => String(value).padStart(2, '0');

/** "14:05", local time. */
export function clockTime(date: Date): string {
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}
