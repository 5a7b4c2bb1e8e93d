namespace Snakepit.Core.Options;

/// <summary>How the process of a script ends when the script is done.</summary>
public enum ScriptExitMode
{
    /// <summary>The script returns to its caller, and a failure is thrown again there. The process ends as the program says.</summary>
    None,

    /// <summary>
    /// <see cref="Stop"/> when the script has started its own silo, <see cref="None"/> when it used one that ran already.
    /// </summary>
    Auto,

    /// <summary>The process ends with the script's status; what the program has registered for its end runs.</summary>
    Stop,

    /// <summary>The process ends with the script's status at once; nothing else of the program runs.</summary>
    Halt,
}

/// <summary>Whether the silo stops when the script is done.</summary>
public enum ScriptStopMode
{
    /// <summary>It stops when the script has started it.</summary>
    IfStarted,

    /// <summary>It stops, also when it ran before the script. The host of such a silo is stopped with it.</summary>
    Always,

    /// <summary>It goes on until the process ends.</summary>
    Never,
}
