namespace Snakepit.Supervision;

/// <summary>How a worker process ended.</summary>
public enum WorkerExitKind
{
    /// <summary>It was asked to leave and left.</summary>
    Requested,

    /// <summary>The silo killed it: a call that would not end, a lost heartbeat, a broken link, a stop it ignored.</summary>
    KilledBySilo,

    /// <summary>Exit code 0 although the worker was not asked to leave: a tool called <c>os._exit(0)</c>, for example.</summary>
    CleanExit,

    /// <summary>Another exit code.</summary>
    ErrorExit,

    /// <summary>An uncaught exception ended the interpreter.</summary>
    Unhandled,

    /// <summary>SIGSEGV or SIGBUS (139, 135): a crash in C code.</summary>
    Segfault,

    /// <summary>SIGABRT (134): C code gave up.</summary>
    Abort,

    /// <summary>SIGKILL (137) from the kernel, for lack of memory.</summary>
    OutOfMemory,

    /// <summary>SIGKILL (137) from another process.</summary>
    Killed,

    /// <summary>Another signal.</summary>
    Signal,
}
