using System.Net.Sockets;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Snakepit.Core.Ports;
using Snakepit.Execution;
using Snakepit.Identity;
using Snakepit.Supervision;
using Snakepit.Tools;
using Snakepit.Workers.Launch;
using Snakepit.Workers.Link;
using Snakepit.Workers.Processes;

namespace Snakepit.Workers.Host;

/// <summary>A process and the link to it, as one thing that lives and dies.</summary>
internal sealed class Worker : IWorker
{
    /// <summary>From a broken link to the process' end; a process that lives on without its link is of no use.</summary>
    private static readonly TimeSpan LinklessGrace = TimeSpan.FromMilliseconds(50);

    /// <summary>For answers that a dead worker has sent and that are not read yet.</summary>
    private static readonly TimeSpan LastAnswers = TimeSpan.FromMilliseconds(200);

    /// <summary>How long a worker has to hear why it is stopped; one whose interpreter is held does not hear.</summary>
    private static readonly TimeSpan HearingLimit = TimeSpan.FromSeconds(1);

    private readonly WorkerId _id;
    private readonly WorkerProcess _process;
    private readonly WorkerConnection _connection;
    private readonly WorkerStacks _stacks;
    private readonly TimeSpan _leavingGrace;
    private readonly ILogger _logger;
    private readonly TaskCompletionSource<WorkerExit> _linkClosed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _stopping;

    /// <param name="id">Which worker.</param>
    /// <param name="launched">Its process and the link to it.</param>
    /// <param name="tools">What it has said about its tools.</param>
    /// <param name="leavingGrace">What it has for its last hooks when it leaves by itself. It keeps to that, unless it cannot.</param>
    /// <param name="logger">For what becomes of it.</param>
    public Worker(WorkerId id, LaunchedWorker launched, ToolDescription[] tools, TimeSpan leavingGrace, ILogger logger)
    {
        _id = id;
        _process = launched.Process;
        _connection = launched.Connection;
        _stacks = new WorkerStacks(_process, _connection, launched.Ready.Stacks);
        _leavingGrace = leavingGrace;
        _logger = logger;
        var welcome = _connection.Welcome;
        Facts = new WorkerFacts
        {
            Pid = _process.Pid,
            PythonVersion = welcome.PythonVersion,
            BridgeVersion = welcome.BridgeVersion,
            Tools = tools,
            TakesAnyName = welcome.DynamicTools,
            IdempotentTools = [.. welcome.Tools.Where(tool => tool.Idempotent).Select(tool => tool.Name)],
            Capacity = (int)Math.Max(1, welcome.Capacity),
        };
        welcome.Tools.Clear(); // the facts have them
        Released = LiveAsync();
    }

    public WorkerFacts Facts { get; }

    public Task<WorkerExit> Released { get; }

    public Task<WorkerExit> LinkClosed => _linkClosed.Task;

    public long LateReplies => _connection.LateReplies;

    public OutputCounts Output => _process.OutputCounts;

    public long ProgressedAt => _connection.ProgressedAt;

    public ValueTask<ToolReply> ExecuteAsync(
        ulong requestId, ToolRequest request, TimeSpan remaining, IProgress<ToolProgress>? progress) =>
        new(_connection.Execute(requestId, request, remaining, progress));

    public IWorkerStream Stream(ulong requestId, ToolRequest request, TimeSpan remaining, IProgress<ToolProgress>? progress) =>
        _connection.Stream(requestId, request, remaining, progress);

    public Task<bool> PingAsync(TimeSpan limit) => _connection.PingAsync(limit);

    public Task<ProcessView?> LookAsync(bool fresh) => ProcessSurvey.Shared.LookAsync(Facts.Pid, fresh);

    public Task<string> RecycleAsked => _connection.RecycleAsked;

    public void Cancel(ulong requestId, int attempt, StopReason reason) => _connection.Cancel(requestId, attempt, reason);

    /// <inheritdoc cref="WorkerConnection.SetLogLevel"/>
    public void SetLogLevel(string level)
    {
        if (_connection.Welcome.Capabilities.Contains("log_level"))
            _connection.SetLogLevel(level);
    }

    public void DumpStacks() => _process.DumpStacks();

    public Task<string?> StacksAsync(TimeSpan limit) => _stacks.AskAsync(limit);

    public async Task<ProfileAnswer> ProfileAsync(TimeSpan duration)
    {
        if (!_connection.Welcome.Capabilities.Contains(ProfileQuestions.Capability))
            return new ProfileAnswer(null, $"its bridge has version {Facts.BridgeVersion}, which takes no profiles");
        var answer = _connection.ProfileAsync(duration);
        return await Task.WhenAny(answer, LinkClosed).ConfigureAwait(false) == answer
            ? await answer.ConfigureAwait(false)
            : new ProfileAnswer(null, $"it has ended meanwhile: {(await LinkClosed.ConfigureAwait(false)).Description}");
    }

    public async Task StopAsync(TimeSpan grace, string reason)
    {
        _stopping = true;
        _connection.Drain(reason);
        await _connection.PingAsync(HearingLimit).ConfigureAwait(false); // its answer comes after the drain was heard
        await _process.StopAsync(grace, reason).ConfigureAwait(false);
        await Released.ConfigureAwait(false);
    }

    public void Kill(string reason)
    {
        if (_process.Kill(reason))
            WorkerLog.Killed(_logger, _id, reason);
    }

    private async Task<WorkerExit> LiveAsync()
    {
        var link = _connection.RunAsync();
        await Task.WhenAny(link, _process.Exited).ConfigureAwait(false);
        if (!_process.Exited.IsCompleted && !_stopping)
        {
            // Usually the process is just dying and its socket went first.
            await Task.WhenAny(_process.Exited, Task.Delay(LinklessGrace)).ConfigureAwait(false);
            if (!_stopping && !_process.IsEnding)
                await EndWithoutLinkAsync(link.Exception?.GetBaseException()).ConfigureAwait(false);
        }

        var exit = await _process.Released.ConfigureAwait(false);
        _connection.End();
        await Task.WhenAny(link, Task.Delay(LastAnswers)).ConfigureAwait(false);
        _connection.Dispose(); // a child of the worker may have its sockets and keep them open
        await link.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _linkClosed.TrySetResult(exit);
        _connection.LoseAll(exit.Description);
        if (exit.Expected)
            WorkerLog.Exited(_logger, _id, exit.Description);
        else
            WorkerLog.Died(_logger, _id, Facts.Pid, exit.Description, string.Join('\n', exit.Output));
        return exit;
    }

    private async Task EndWithoutLinkAsync(Exception? error)
    {
        if (HasTakenLeave(error))
        {
            const string how = "it has closed its link, as one does that leaves by itself";
            var leave = new WorkerExit(ExitCode: null, Signal: null, Expected: false, how) { Kind = WorkerExitKind.CleanExit };
            _linkClosed.TrySetResult(leave);
            _connection.LoseAll(leave.Description);
            await Task.WhenAny(_process.Exited, Task.Delay(_leavingGrace)).ConfigureAwait(false);
            if (!_stopping) // else StopAsync, called meanwhile, kills it after its own grace time
                Kill($"it had closed its link and did not end within {_leavingGrace.TotalSeconds:0.#} s (GracefulShutdownTimeout)");
        }
        else if (_process.Kill("its link to the silo broke") && error is not null)
        {
            WorkerLog.LinkBroke(_logger, error, _id);
        }
    }

    /// <summary>
    /// A living process has closed the link without reporting a mistake, as it does when another program asked it to leave
    /// (systemd sends SIGTERM to all of a service). Python's gRPC has three ways: the end of the stream, a status, and a reset of
    /// HTTP/2; none of them may get through before the socket is closed. Where it is not known whether the process lives, that
    /// may be the kernel's doing.
    /// </summary>
    private static bool HasTakenLeave(Exception? error) => error?.GetBaseException() switch
    {
        null or HttpProtocolException or RpcException { StatusCode: StatusCode.Unavailable or StatusCode.Cancelled } => true,
        IOException or SocketException => OperatingSystem.IsLinux(),
        _ => false,
    };
}
