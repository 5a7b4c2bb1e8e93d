using Snakepit.Errors;
using Snakepit.Silo.Chaos.Reckoning;

namespace Snakepit.Silo.Chaos.Calls;

internal static class CallEnds
{
    /// <summary>The end of a call with a failure.</summary>
    public static CallEnd Of(Outcome outcome) => outcome switch
    {
        Outcome.NotStarted => CallEnd.NotStarted,
        Outcome.MaybeRan => CallEnd.MaybeRan,
        Outcome.Ran => CallEnd.Ran,
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "Unknown outcome."),
    };
}
