# /etc/profile.d/green-ml.sh: Green ML measures Python programs that run longer than a minute. Nothing else changes.
# To turn this off: export GREEN_ML_OFF=1 (in your ~/.profile, or before one command). See docs/administrators.md.

if [ -z "${GREEN_ML_OFF-}" ] && [ -x /usr/local/lib/green-ml/green-ml-track ]; then
  # For every shell and for programs that start Python by its name.
  case ":$PATH:" in
    *:/usr/local/lib/green-ml/bin:*) ;;
    *) PATH=/usr/local/lib/green-ml/bin:$PATH && export PATH ;;
  esac

  # A virtual environment comes before that on the PATH. Functions come before the PATH.
  python() { /usr/local/lib/green-ml/green-ml-track python "$@"; }
  python3() { /usr/local/lib/green-ml/green-ml-track python3 "$@"; }
  torchrun() { /usr/local/lib/green-ml/green-ml-track torchrun "$@"; }
  accelerate() { /usr/local/lib/green-ml/green-ml-track accelerate "$@"; }

  # Scripts of bash read this file too, unless there is another one for them.
  export BASH_ENV="${BASH_ENV:-/etc/profile.d/green-ml.sh}"
fi
