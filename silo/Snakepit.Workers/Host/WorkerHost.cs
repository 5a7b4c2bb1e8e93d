using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Snakepit.Core.Ports;
using Snakepit.Core.Processes;
using Snakepit.Workers.Launch;
using Snakepit.Workers.Link;
using Snakepit.Workers.Link.Carriers;
using Snakepit.Workers.Orphans;
using Snakepit.Workers.Processes;
using Snakepit.Workers.Python;

namespace Snakepit.Workers.Host;

/// <summary>Starts Python workers and sees to it that none of them outlives this host. Thread-safe.</summary>
public sealed class WorkerHost : IWorkerHost, IAsyncDisposable
{
    private readonly WorkerHostSettings _settings;
    private readonly PythonLocator _locator;
    private readonly ILogger<WorkerHost> _logger;
    private readonly RuntimeDirectory _runtime;
    private readonly RecordKeeper _records;
    private readonly ConcurrentDictionary<Worker, byte> _living = new();
    private readonly ConcurrentDictionary<Task, byte> _late = new();
    private readonly PoolNumbers _poolNumbers = new();
    private readonly CancellationTokenSource _closing = new();
    private int _starting;

    /// <exception cref="IOException">The runtime folder cannot be made.</exception>
    public WorkerHost(WorkerHostSettings settings, PythonLocator locator, ILogger<WorkerHost> logger)
    {
        _settings = settings;
        _locator = locator;
        _logger = logger;
        _runtime = RuntimeDirectory.Create(settings.Run.RunId, logger);
        _records = new RecordKeeper(settings.RecordFolder, settings.Run, logger);
    }

    public async Task<IWorker> StartAsync(WorkerSpec spec, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _starting);
        try
        {
            _closing.Token.ThrowIfCancellationRequested();
            using var clock = new StartClock(cancellationToken, _closing.Token);
            var worker = await LaunchAsync(spec, clock).ConfigureAwait(false);
            _living.TryAdd(worker, 0);
            _ = ForgetAsync(worker);
            return worker;
        }
        catch (Exception error) when (error is not WorkerStartException)
        {
            var reason = error switch
            {
                OperationCanceledException when _closing.IsCancellationRequested || cancellationToken.IsCancellationRequested => "the silo is stopping",
                Win32Exception => $"its interpreter cannot be executed: {error.Message}",
                _ => error.Message,
            };
            WorkerLog.StartFailed(_logger, spec.Worker, reason);
            throw new WorkerStartException(reason, innerException: error);
        }
        catch (WorkerStartException error)
        {
            WorkerLog.StartFailed(_logger, spec.Worker, error.Traceback is null ? error.Message : $"{error.Message}\n{error.Traceback}");
            throw;
        }
        finally
        {
            Interlocked.Decrement(ref _starting);
        }
    }

    /// <summary>Workers are asked first and killed after the grace time.</summary>
    public async Task StopAllAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_living.Keys.Select(worker => worker.StopAsync(_settings.ShutdownGrace, "the silo stops"))).ConfigureAwait(false);
        while (Volatile.Read(ref _starting) > 0)
            await Task.Delay(10).ConfigureAwait(false);
        await Task.WhenAll(_living.Keys.Select(worker => worker.StopAsync(_settings.ShutdownGrace, "the silo stops"))).ConfigureAwait(false);
        await SettleAsync().ConfigureAwait(false);
    }

    /// <summary>Kills every worker without asking and starts no more. Nothing is left when it ends. Idempotent.</summary>
    public async Task KillAllAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false); // those that are starting are killed by who starts them
        Kill();
        while (Volatile.Read(ref _starting) > 0)
            await Task.Delay(10).ConfigureAwait(false);
        Kill();
        await Task.WhenAll(_living.Keys.Select(worker => worker.Released)).ConfigureAwait(false);
        await SettleAsync().ConfigureAwait(false);

        void Kill()
        {
            foreach (var worker in _living.Keys)
                worker.Kill("the silo leaves at once");
        }
    }

    public async ValueTask DisposeAsync() => await StopAllAsync().ConfigureAwait(false);

    private async Task<Worker> LaunchAsync(WorkerSpec spec, StartClock clock)
    {
        var began = TimeProvider.System.GetTimestamp();
        if (OpenFiles.WorkerFlaw(Volatile.Read(ref _starting)) is { } flaw)
            throw new WorkerStartException(flaw);
        var python = await _locator.FindAsync(spec.PythonExecutable ?? _settings.PythonExecutable, clock.Stopped).ConfigureAwait(false);
        var number = _poolNumbers.Of(spec.Worker.Slot.Shard.Pool);
        var socket = _runtime.SocketFor(spec.Worker, number);
        var endpoint = OperatingSystem.IsWindows() ? "tcp:127.0.0.1:0" : $"unix:{socket}";
        var tokens = LinkTokens.Create();
        var start = WorkerCommand.For(spec, python.Path, _settings, endpoint);
        var process = await SpawnAsync(spec, start, clock).ConfigureAwait(false);
        _records.Keep(spec.Worker, process);
        WorkerConnection? connection = null;
        try
        {
            var firstLine = WorkerCommand.FirstLine(spec, tokens, _settings.LinkCarrier);
            var ready = await clock.LimitAsync(
                spec.ServerReadyTimeout, "GrpcServerReadyTimeout", "it did not serve", cancel => IntroduceAsync(process, firstLine, cancel)).ConfigureAwait(false);
            connection = await clock.LimitAsync(
                spec.LinkTimeout,
                "WorkerReadyTimeout",
                "its link was not open",
                cancel => WorkerConnection.OpenAsync(new(ready.Endpoint!, ready.WorkEndpoint, process.Pid, spec.MaxMessageBytes), spec.Worker, tokens, _logger, cancel)).ConfigureAwait(false);
            var worker = new Worker(spec.Worker, process, connection, _settings.ShutdownGrace, _logger);
            WorkerLog.Ready(
                _logger, spec.Worker, (long)TimeProvider.System.GetElapsedTime(began).TotalMilliseconds, process.Pid, worker.Facts.PythonVersion, worker.Facts.Tools.Count);
            return worker;
        }
        catch (Exception error)
        {
            process.Kill("it did not become ready");
            connection?.Dispose();
            var exit = await process.Released.ConfigureAwait(false);
            if (error is LinkException)
                throw new WorkerStartException($"the link could not be opened: {error.Message} (process {exit.Description})", innerException: error);
            throw;
        }
        finally
        {
            _runtime.Forget(socket); // connected or not, nobody needs the names any more
        }
    }

    private async Task<WorkerProcess> SpawnAsync(WorkerSpec spec, ProcessStartInfo start, StartClock clock)
    {
        var spawning = WorkerProcess.StartAsync(start, spec.Worker, _settings.Output, _logger);
        try
        {
            return await clock.LimitAsync(spec.StartupTimeout, "PoolStartupTimeout", "its process did not start", _ => spawning).ConfigureAwait(false);
        }
        catch // also when the silo stops
        {
            // It may still come; then nobody wants it any more.
            var ending = EndLateAsync(spawning);
            _late.TryAdd(ending, 0);
            _ = ending.ContinueWith(ended => _late.TryRemove(ended, out _), TaskScheduler.Default);
            throw;
        }
    }

    private static async Task EndLateAsync(Task<WorkerProcess> spawning)
    {
        try
        {
            var process = await spawning.ConfigureAwait(false);
            process.Kill("it came too late");
            await process.Released.ConfigureAwait(false);
        }
        catch (Exception)
        {
            // It did not come at all; who asked for it has been told.
        }
    }

    /// <summary>Sees the last of those that came too late. Not for ever: a start that hangs in the system may never come.</summary>
    private async Task SettleAsync()
    {
        await Task.WhenAll(_late.Keys).WaitAsync(_settings.ShutdownGrace).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _records.SettledAsync().ConfigureAwait(false);
        _runtime.Dispose();
    }

    private static async Task<ReadyLine> IntroduceAsync(WorkerProcess process, string firstLine, CancellationToken cancellationToken)
    {
        try
        {
            await process.IntroduceAsync(firstLine, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // It does not listen, so it is no worker or has ended; what it says tells which.
        }

        var line = await ReadFirstLineAsync(process, cancellationToken).ConfigureAwait(false);
        if (line is null)
        {
            var exit = await process.Released.ConfigureAwait(false);
            throw new WorkerStartException($"the process {exit.Description} before it was ready", string.Join('\n', process.OutputTail));
        }

        var ready = ReadyLine.TryParse(line);
        return ready switch
        {
            { Ready: true, Endpoint: not null } => ready,
            { Ready: false, Message: not null } => throw new WorkerStartException(
                TerminalText.Escape($"{Phase(ready.Phase)}: {ready.Type}: {ready.Message}"),
                ready.Traceback is { } stack ? TerminalText.Escape(stack) : null),
            _ => throw new WorkerStartException($"the process wrote '{TerminalText.Escape(line)}' to stdout instead of its ready line"),
        };
    }

    /// <summary>Null when it ended without a word.</summary>
    private static async Task<string?> ReadFirstLineAsync(WorkerProcess process, CancellationToken cancellationToken)
    {
        try
        {
            return await process.ReadyLineAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static string Phase(string? phase) => phase switch
    {
        "import" => "the adapter cannot be imported",
        "construct" => "the adapter cannot be constructed",
        "dependencies" => "its Python lacks what the worker needs",
        "listen" => "the worker cannot listen",
        _ => $"the worker failed in phase {phase}",
    };

    private async Task ForgetAsync(Worker worker)
    {
        await worker.Released.ConfigureAwait(false);
        _living.TryRemove(worker, out _);
    }
}
