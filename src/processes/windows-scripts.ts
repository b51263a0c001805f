/**
 * Answers each line of input with a list of all processes, one per line: "pid parent start cpu bytes name", times in
 * 100 ns, and a final line with a dot. One kernel call lists all processes (NtQuerySystemInformation,
 * SystemProcessInformation; offsets of SYSTEM_PROCESS_INFORMATION in 64-bit Windows). Exits at the end of its input.
 * Written in C# 5, the version that Windows PowerShell compiles.
 */
export const processListScript = `
$ErrorActionPreference = 'Stop'
Add-Type -TypeDefinition @'
using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;

public static class GreenMlProcesses
{
    [DllImport("ntdll.dll")]
    private static extern int NtQuerySystemInformation(int kind, IntPtr buffer, int length, out int needed);

    public static void Answer()
    {
        if (IntPtr.Size != 8) return;
        StreamWriter output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false));
        int length = 1 << 20;
        IntPtr buffer = Marshal.AllocHGlobal(length);
        while (Console.In.ReadLine() != null)
        {
            int needed;
            int status = NtQuerySystemInformation(5, buffer, length, out needed);
            while (status == unchecked((int)0xC0000004))
            {
                Marshal.FreeHGlobal(buffer);
                length = Math.Max(needed, length) + (1 << 18);
                buffer = Marshal.AllocHGlobal(length);
                status = NtQuerySystemInformation(5, buffer, length, out needed);
            }
            if (status != 0) return;
            IntPtr entry = buffer;
            while (true)
            {
                int next = Marshal.ReadInt32(entry, 0);
                long pid = Marshal.ReadInt64(entry, 0x50);
                int bytes = Marshal.ReadInt16(entry, 0x38);
                IntPtr name = Marshal.ReadIntPtr(entry, 0x40);
                if (pid != 0)
                {
                    output.Write(pid);
                    output.Write(' ');
                    output.Write(Marshal.ReadInt64(entry, 0x58));
                    output.Write(' ');
                    output.Write(Marshal.ReadInt64(entry, 0x20));
                    output.Write(' ');
                    output.Write(Marshal.ReadInt64(entry, 0x28) + Marshal.ReadInt64(entry, 0x30));
                    output.Write(' ');
                    output.Write(Marshal.ReadInt64(entry, 0x90));
                    output.Write(' ');
                    output.Write(name == IntPtr.Zero ? "" : Marshal.PtrToStringUni(name, bytes / 2));
                    output.Write((char)10);
                }
                if (next == 0) break;
                entry = new IntPtr(entry.ToInt64() + next);
            }
            output.Write('.');
            output.Write((char)10);
            output.Flush();
        }
    }
}
'@
[GreenMlProcesses]::Answer()
`;

/** Prints "pid command line" once for each process that the user may see. */
export const commandLinesScript =
  "[Console]::OutputEncoding = New-Object System.Text.UTF8Encoding $false; Get-CimInstance -Query 'SELECT ProcessId, CommandLine FROM Win32_Process' | Where-Object { $_.CommandLine } | ForEach-Object { '{0} {1}' -f $_.ProcessId, ($_.CommandLine -replace '[\\r\\n]+', ' ') }";
