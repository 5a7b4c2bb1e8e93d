using Snakepit.Errors;
using Snakepit.Execution;

namespace Snakepit.Core.Scheduling;

/// <summary>
/// The answers that a shard gave in the last seconds. A client whose connection to a gateway closes may have lost one on its way, and asks
/// again over another gateway: each rolling restart closes every gateway once. Without this such a call, which has run, would fail.
/// Pure: time comes from outside. Not thread-safe.
/// </summary>
/// <param name="began">When the shard began.</param>
public sealed class RecentAnswers(TimeSpan began)
{
    /// <summary>Time for a client to see that its connection is closed, and to ask again.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(5);

    /// <summary>Of all answers together: values, attachments, and the texts of failures. The oldest answers give way.</summary>
    public const long MostBytes = 8 << 20;

    /// <summary>The oldest answers give way.</summary>
    public const int MostAnswers = 10_000;

    private readonly Dictionary<Guid, ToolReply> _answers = [];
    private readonly Queue<(Guid Call, long Bytes, TimeSpan Until)> _order = new();
    private long _bytes;

    /// <summary>Every answer since this moment is kept.</summary>
    public TimeSpan CompleteSince { get; private set; } = began;

    /// <summary>The answer of a call; null when it has none, or had it too long ago.</summary>
    public ToolReply? Find(Guid call) => _answers.GetValueOrDefault(call);

    /// <summary>Keeps an answer, unless it alone would take all the room.</summary>
    public void Add(Guid call, ToolReply answer, TimeSpan now)
    {
        var bytes = BytesOf(answer);
        if (bytes > MostBytes)
        {
            CompleteSince = now;
            return;
        }

        _answers[call] = answer;
        _order.Enqueue((call, bytes, now + KeptFor));
        _bytes += bytes;
        while (_bytes > MostBytes || _order.Count > MostAnswers)
            Drop();
    }

    /// <summary>Drops answers that have been kept long enough.</summary>
    public void Tick(TimeSpan now)
    {
        while (_order.TryPeek(out var oldest) && oldest.Until <= now)
            Drop();
    }

    private static long BytesOf(ToolReply answer)
    {
        var bytes = answer.Value?.LongLength ?? 0;
        foreach (var attachment in answer.Attachments ?? [])
            bytes += attachment.Content.Length;
        return answer.Failure is { } failure ? bytes + BytesOf(failure) : bytes;
    }

    private static long BytesOf(Failure failure)
    {
        var characters = failure.Message.Length + (failure.Python?.Message.Length ?? 0) + (failure.Python?.Traceback.Length ?? 0);
        foreach (var detail in failure.Details.Values)
            characters += detail.Length;
        return sizeof(char) * (long)characters;
    }

    private void Drop()
    {
        var (call, bytes, until) = _order.Dequeue();
        _answers.Remove(call);
        _bytes -= bytes;
        var answered = until - KeptFor;
        if (answered > CompleteSince)
            CompleteSince = answered;
    }
}
