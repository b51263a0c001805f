@rem What `exec` is in a POSIX shell, where npm scripts use it so that a signal to npm reaches the script itself.
@%*
