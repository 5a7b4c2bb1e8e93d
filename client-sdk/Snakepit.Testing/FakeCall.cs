using System.Threading.Channels;
using Snakepit.Core.Ports;
using Snakepit.Errors;
using Snakepit.Execution;
using Snakepit.Identity;
using Snakepit.Telemetry;

namespace Snakepit.Testing;

/// <summary>One call or stream on a fake worker. Never throws: whatever happens is in its end.</summary>
internal sealed class FakeCall : IWorkerStream
{
    /// <summary>Items that a generator may be ahead of its reader, as on the real link.</summary>
    private const int MostAhead = 16;

    private readonly TaskCompletionSource<ToolReply> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<StreamItem> _items = Channel.CreateBounded<StreamItem>(MostAhead);
    private readonly CancellationTokenSource _stopped = new();
    private readonly WorkerId _worker;
    private readonly int _pid;
    private readonly ToolRequest _request;
    private readonly bool _isStream;
    private readonly TimeProvider _time;
    private volatile bool _isDeaf;

    public FakeCall(WorkerId worker, int pid, ToolRequest request, bool isStream, TimeProvider time)
    {
        (_worker, _pid, _request, _isStream, _time) = (worker, pid, request, isStream, time);
        _ = _end.Task.ContinueWith(_ => _items.Writer.TryComplete(), TaskScheduler.Default);
    }

    public Task<ToolReply> End => _end.Task;

    public StreamItem? TryTake() => _items.Reader.TryRead(out var item) ? item : null;

    public ValueTask<bool> WaitAsync() => _items.Reader.WaitToReadAsync();

    /// <summary>Runs the tool. Does not wait for it. Counts the call when the test may move its clock for it.</summary>
    public void Start(TestPool pool, ToolFault? fault, IProgress<ToolProgress>? progress)
    {
        _isDeaf = fault?.Kind == ToolFaultKind.Hang;
        if (fault?.Kind == ToolFaultKind.Refuse)
        {
            Fail(
                SnakepitErrorCode.WorkerRefused,
                Outcome.NotStarted,
                $"Worker {_worker} (process {_pid}) was told to stop and takes no new requests; tool '{_request.Tool}' was not sent to "
                + "it.");
            pool.Count(_request.Tool);
        }
        else if (_isDeaf)
        {
            pool.Count(_request.Tool);
        }
        else if (fault is { Delay: var slow } && slow > TimeSpan.Zero)
        {
            var (began, delay) = (_time.GetTimestamp(), Task.Delay(slow, _time, _stopped.Token));
            pool.Count(_request.Tool);
            _ = Task.Run(() => RunAsync(pool, delay, began, progress, entered: () => { }));
        }
        else
        {
            var began = _time.GetTimestamp();
            _ = Task.Run(() => RunAsync(pool, Task.CompletedTask, began, progress, entered: () => pool.Count(_request.Tool)));
        }
    }

    /// <summary>Python raises an exception in the running tool; here the call ends, and the tool's token is cancelled.</summary>
    public void Cancel()
    {
        if (_isDeaf)
            return;
        Fail(
            SnakepitErrorCode.Cancelled, Outcome.MaybeRan, $"The call to tool '{_request.Tool}' was cancelled on worker {_worker}.");
        _ = _stopped.CancelAsync(); // the tool goes on elsewhere, and what it does then cannot be the end any more
    }

    /// <summary>Its worker is gone.</summary>
    public void Lose(string how, Outcome outcome)
    {
        Fail(
            SnakepitErrorCode.WorkerExited,
            outcome,
            $"Worker {_worker} (process {_pid}) is gone while it had tool '{_request.Tool}': {how}.");
        _ = _stopped.CancelAsync();
    }

    private async Task RunAsync(TestPool pool, Task delay, long began, IProgress<ToolProgress>? progress, Action entered)
    {
        try
        {
            await delay.ConfigureAwait(false);
            if (pool.Find(_request.Tool) is not { } tool)
            {
                entered();
                Fail(SnakepitErrorCode.ToolNotFound, Outcome.NotStarted, Unknown(pool));
                return;
            }

            var call = new TestCall(_request, _worker.ToString(), progress, _time, _stopped.Token);
            var reply = await ReplyAsync(tool, call, entered).ConfigureAwait(false);
            _end.TrySetResult(reply with { Times = new StageTimes { Python = _time.GetElapsedTime(began) } });
        }
        catch (Exception error) // a tool may throw anything
        {
            _end.TrySetResult(ToolReply.Failed(FailureOf(error)) with
            {
                Slot = _worker.Slot.Slot,
                Generation = _worker.Generation,
                Pid = _pid,
            });
        }
    }

    /// <exception cref="ArgumentRefusedException">The tool is a generator and was not called as a stream.</exception>
    private async Task<ToolReply> ReplyAsync(TestTool tool, TestCall call, Action entered)
    {
        if (tool.Items is { } generator)
        {
            entered();
            if (!_isStream)
                throw new ArgumentRefusedException($"Tool '{_request.Tool}' streams; call it as a stream.");
            await foreach (var item in generator(call).WithCancellation(call.Stopped).ConfigureAwait(false))
                await SendAsync(item).ConfigureAwait(false);
            return Answer([]);
        }

        var value = await Enter(tool, call, entered).ConfigureAwait(false);
        if (_isStream)
        {
            await SendAsync(value).ConfigureAwait(false);
            return Answer([]);
        }

        var (json, attachments) = ResultWriter.Write(value);
        return Answer(json) with { Attachments = attachments };
    }

    /// <summary>The tool may throw before it has a task, and its task may be null.</summary>
    private static Task<object?> Enter(TestTool tool, TestCall call, Action entered)
    {
        try
        {
            return tool.Run!(call) ?? Task.FromResult<object?>(null);
        }
        finally
        {
            entered();
        }
    }

    private ValueTask SendAsync(object? item)
    {
        var (json, attachments) = ResultWriter.Write(item);
        return _items.Writer.WriteAsync(new StreamItem(json, attachments), _stopped.Token);
    }

    private Failure FailureOf(Exception error) => error switch
    {
        ArgumentRefusedException => Describe(SnakepitErrorCode.InvalidArguments, Outcome.NotStarted, error.Message),
        ResultRefusedException => Describe(SnakepitErrorCode.ResultNotEncodable, Outcome.Ran, error.Message),
        NotSupportedException when error.Source == "System.Text.Json" =>
            Describe(SnakepitErrorCode.ResultNotEncodable, Outcome.Ran, error.Message),
        OperationCanceledException when _stopped.IsCancellationRequested =>
            Describe(SnakepitErrorCode.Cancelled, Outcome.MaybeRan, error.Message),
        PythonRaisedException python => Raised(python.Type, python.Message, python.Traceback),
        _ => Raised(error.GetType().Name, error.Message, error.StackTrace ?? ""),
    };

    private Failure Raised(string type, string message, string traceback) => Describe(
        SnakepitErrorCode.ToolRaised,
        Outcome.Ran,
        $"Tool '{_request.Tool}' raised {type}: {message} (worker {_worker})") with
    {
        Python = new PythonError(type, message, traceback),
    };

    private string Unknown(TestPool pool) => $"There is no tool '{_request.Tool}'.{Spelling.Hint(_request.Tool, pool.ToolNames)} "
        + $"Known tools: {string.Join(", ", pool.ToolNames)}.";

    private void Fail(SnakepitErrorCode code, Outcome outcome, string message) =>
        _end.TrySetResult(Answer(null) with { Failure = Describe(code, outcome, message) });

    private static Failure Describe(SnakepitErrorCode code, Outcome outcome, string message) =>
        new() { Code = code, Message = message, Outcome = outcome, Stage = CallStage.Worker };

    private ToolReply Answer(byte[]? value) => new()
    {
        Value = value,
        Slot = _worker.Slot.Slot,
        Generation = _worker.Generation,
        Pid = _pid,
    };
}
