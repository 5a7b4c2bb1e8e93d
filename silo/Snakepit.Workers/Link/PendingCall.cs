using System.Runtime.InteropServices;
using Google.Protobuf;
using Snakepit.Core.Streams;
using Snakepit.Errors;
using Snakepit.Execution;
using Snakepit.Identity;
using Snakepit.Protos.V1;
using Snakepit.Telemetry;
using Attachment = Snakepit.Execution.Attachment;
using Failure = Snakepit.Errors.Failure;
using SessionMove = Snakepit.Sessions.SessionMove;

namespace Snakepit.Workers.Link;

/// <summary>A request on its way through a worker, until its reply.</summary>
internal sealed class PendingCall(ToolRequest request, WorkerId worker, int pid, IProgress<ToolProgress>? progress)
{
    // The awaiting code resumes on its own scheduler (a turn of the shard), so completing inline costs the read loop nothing.
    private readonly TaskCompletionSource<ToolReply> _reply = new();

    public ToolRequest Request { get; } = request;

    public Task<ToolReply> Reply => _reply.Task;

    public long PayloadBytes => Request.PayloadBytes;

    /// <summary>Taken into a frame: from here on it may have run.</summary>
    public bool Sent { get; set; }

    /// <summary>Where its items go; null for a call whose result comes as a whole.</summary>
    public PendingStream? Stream { get; set; }

    /// <param name="result">What the worker said.</param>
    /// <param name="read">When, as a timestamp.</param>
    public void Succeed(Result result, long read) => _reply.TrySetResult(Answer() with
    {
        Value = Bytes(result.Value),
        Attachments = Attachments(result.Attachments),
        Times = Times(result.WaitUs, result.PythonUs),
        ReceivedAt = read,
    });

    /// <inheritdoc cref="Succeed"/>
    public void Fail(Protos.V1.Failure failure, long read) => _reply.TrySetResult(Answer() with
    {
        Failure = FailureMapper.Map(failure, Request.Tool, worker),
        Times = Times(failure.WaitUs, failure.PythonUs),
        ReceivedAt = read,
    });

    /// <summary>The tool says how far it is.</summary>
    public void Report(Progress report) => progress?.Report(new ToolProgress(
        report.HasFraction ? report.Fraction : null,
        report.Message.Length > 0 ? report.Message : null,
        TimeSpan.FromMicroseconds(report.ElapsedUs)));

    /// <summary>The worker acknowledged a cancel. It may have been done already, so nothing is promised.</summary>
    public void Cancelled() => _reply.TrySetResult(Answer() with
    {
        Failure = new Failure
        {
            Code = SnakepitErrorCode.Cancelled,
            Message = $"The call to tool '{Request.Tool}' was cancelled on worker {worker}.",
            Outcome = Outcome.MaybeRan,
            Stage = CallStage.Worker,
        },
    });

    /// <summary>The worker is gone, or the item never left.</summary>
    public void Lose(string how) => _reply.TrySetResult(Answer() with
    {
        Failure = new Failure
        {
            Code = SnakepitErrorCode.WorkerExited,
            Message = $"Worker {worker} (process {pid}) is gone while it had tool '{Request.Tool}': {how}.",
            Outcome = Sent ? Outcome.MaybeRan : Outcome.NotStarted,
            Stage = Sent ? CallStage.Worker : CallStage.Dispatch,
        },
    });

    /// <summary>Another program told the worker to stop, so the silo sends it nothing more.</summary>
    public void Refuse() => NotSent(
        SnakepitErrorCode.WorkerRefused,
        $"Worker {worker} (process {pid}) was told to stop and takes no new requests; tool '{Request.Tool}' was not sent to it.");

    /// <summary>It would end the stream and with it every other call of this worker, so it is not sent.</summary>
    public void TooLarge(long limit) => NotSent(
        SnakepitErrorCode.RequestTooLarge,
        $"The arguments of tool '{Request.Tool}' take {PayloadBytes} bytes, a worker is sent {limit} at most: the larger of "
        + "Snakepit:MaxRequestBytes and Snakepit:MaxResultBytes. Raise one or send less.");

    private void NotSent(SnakepitErrorCode code, string message) => _reply.TrySetResult(Answer() with
    {
        Failure = new Failure { Code = code, Message = message, Outcome = Outcome.NotStarted, Stage = CallStage.Dispatch },
    });

    public Execute ToExecute(ulong requestId, TimeSpan remaining)
    {
        var execute = new Execute
        {
            Generation = (uint)worker.Generation,
            RequestId = requestId,
            Attempt = (uint)Request.Attempt,
            Tool = Request.Tool,
            Arguments = UnsafeByteOperations.UnsafeWrap(Request.Arguments),
            RemainingUs = remaining == Timeout.InfiniteTimeSpan ? 0 : Math.Max(1, (long)remaining.TotalMicroseconds),
            SessionId = Request.SessionId ?? "",
            SessionMoved = Moved(Request.SessionMoved),
            Traceparent = Request.TraceParent ?? "",
            Tracestate = Request.TraceState ?? "",
            CorrelationId = Request.CorrelationId ?? "",
            Stream = Stream is not null,
            Credit = Stream is null ? 0u : StreamWindow.First,
            CreditBytes = Stream is null ? 0ul : StreamWindow.MostBytes,
        };
        foreach (var attachment in Request.Attachments ?? [])
            execute.Attachments.Add(
                new Protos.V1.Attachment { Name = attachment.Name, Inline = UnsafeByteOperations.UnsafeWrap(attachment.Content) });
        if (Request.Metadata is { } metadata)
        {
            foreach (var (name, value) in metadata)
                execute.Metadata.Add(name, value);
        }

        return execute;
    }

    private static Protos.V1.SessionMove Moved(SessionMove move) => move switch
    {
        SessionMove.None => Protos.V1.SessionMove.Unspecified,
        SessionMove.New => Protos.V1.SessionMove.New,
        SessionMove.Busy => Protos.V1.SessionMove.Busy,
        SessionMove.Recycled => Protos.V1.SessionMove.Recycled,
        SessionMove.WorkerExited => Protos.V1.SessionMove.WorkerExited,
        _ => throw new ArgumentOutOfRangeException(nameof(move), move, "Unknown session move."),
    };

    private ToolReply Answer() => new() { Slot = worker.Slot.Slot, Generation = worker.Generation, Pid = pid };

    private static StageTimes Times(long waitUs, long pythonUs) => new()
    {
        Dispatch = TimeSpan.FromMicroseconds(waitUs),
        Python = TimeSpan.FromMicroseconds(pythonUs),
    };

    public static Attachment[]? Attachments(IReadOnlyList<Protos.V1.Attachment> attachments) =>
        attachments.Count == 0 ? null : [.. attachments.Select(item => new Attachment(item.Name, Bytes(item.Inline)))];

    /// <summary>The parser gave the value an array of its own, so that array can be handed on without a copy.</summary>
    public static byte[] Bytes(ByteString value) =>
        MemoryMarshal.TryGetArray(value.Memory, out var segment)
            && segment.Array is { } array
            && segment.Offset == 0
            && segment.Count == array.Length
            ? array
            : value.ToByteArray();
}
