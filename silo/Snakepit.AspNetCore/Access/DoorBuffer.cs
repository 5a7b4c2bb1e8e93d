using Snakepit.Core.Scheduling;
using Snakepit.Errors;

namespace Snakepit.AspNetCore.Access;

/// <summary>The bytes that one request holds at the door: its body while it is read and used, its result while it is written.</summary>
internal sealed class DoorBuffer(ByteBudget budget) : IDisposable
{
    private readonly ByteShare _share = budget.Begin();

    /// <exception cref="SnakepitException">The silo has no room for this much of the body.</exception>
    public void HoldBody(long bytes)
    {
        if (!_share.TryGrow(bytes))
            throw Full($"{bytes} bytes of a body", "Try again later, or raise it.", Outcome.NotStarted);
    }

    /// <exception cref="SnakepitException">The silo has no room for the result; the tool has run.</exception>
    public void HoldResult(long bytes)
    {
        if (!_share.TryAdd(bytes))
            throw Full($"the {bytes} bytes of a result", "The tool has run; its result is dropped. Raise the limit.", Outcome.Ran);
    }

    public void Dispose() => _share.Dispose();

    private SnakepitException Full(string what, string advice, Outcome outcome) => new(
        SnakepitErrorCode.SiloBusy,
        $"This silo has no room for {what}: it holds {budget.Held} bytes of requests and results, "
        + $"Snakepit:MaxBufferedBytes is {budget.Limit}. {advice}",
        outcome);
}
