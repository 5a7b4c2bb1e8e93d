namespace Snakepit.Errors;

/// <summary>Whether the tool of a failed call ran. It decides whether trying again is safe.</summary>
public enum Outcome
{
    /// <summary>Surely not: the call may be repeated anywhere.</summary>
    NotStarted,

    /// <summary>Unknown: the worker had the call and never answered.</summary>
    MaybeRan,

    /// <summary>Yes: it ran to its end, or to its own error.</summary>
    Ran,
}
