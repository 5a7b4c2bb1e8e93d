using System.Collections.Concurrent;
using System.ComponentModel;
using Microsoft.Extensions.Logging;
using Snakepit.Core.Ports;
using Snakepit.Core.Processes;
using Snakepit.Identity;
using Snakepit.Supervision;
using Snakepit.Workers.Files;
using Snakepit.Workers.Launch;
using Snakepit.Workers.Link;
using Snakepit.Workers.Orphans;
using Snakepit.Workers.Output;
using Snakepit.Workers.Python;

namespace Snakepit.Workers.Host;

/// <summary>Starts Python workers and sees to it that none of them outlives this host. Thread-safe.</summary>
public sealed class WorkerHost : IWorkerHost, IAsyncDisposable
{
    /// <summary>How often a stop looks whether the last starts have come to an end.</summary>
    private static readonly TimeSpan StartsLook = TimeSpan.FromMilliseconds(10);

    private readonly WorkerHostSettings _settings;
    private readonly ILogger<WorkerHost> _logger;
    private readonly RuntimeDirectory _runtime;
    private readonly RecordKeeper _records;
    private readonly OutputShelf _outputs = new();
    private readonly WorkerLauncher _launcher;
    private readonly ToolLists _tools = new();
    private readonly ConcurrentDictionary<Worker, byte> _living = new();
    private readonly CancellationTokenSource _closing = new();
    private volatile string _logLevel = "";
    private int _starting;

    /// <exception cref="IOException">The runtime folder cannot be made.</exception>
    public WorkerHost(WorkerHostSettings settings, PythonLocator locator, ILogger<WorkerHost> logger)
    {
        _settings = settings;
        _logger = logger;
        _runtime = RuntimeDirectory.Create(settings.Run.RunId, logger);
        _records = new RecordKeeper(settings.RecordFolder, settings.Run, logger);
        _launcher = new WorkerLauncher(settings, locator, _runtime, _records, _outputs, logger);
    }

    /// <inheritdoc/>
    public async Task<IWorker> StartAsync(WorkerSpec spec, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _starting);
        try
        {
            _closing.Token.ThrowIfCancellationRequested();
            using var clock = new StartClock(cancellationToken, _closing.Token);
            var worker = await LaunchAsync(spec, clock).ConfigureAwait(false);
            _living.TryAdd(worker, 0);
            if (_logLevel.Length > 0)
                TellLogLevel(worker);
            _ = ForgetAsync(worker);
            return worker;
        }
        catch (Exception error) when (error is not WorkerStartException)
        {
            var reason = error switch
            {
                OperationCanceledException when _closing.IsCancellationRequested || cancellationToken.IsCancellationRequested =>
                    "the silo is stopping",
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

    /// <inheritdoc/>
    public string? Shortage(int workers) => OpenFiles.Limit is { } limit ? FileBudget.Shortage(limit, workers) : null;

    /// <inheritdoc/>
    public Task<OutputPage?> ReadOutputAsync(SlotId slot, OutputQuestion question) => _outputs.ReadAsync(slot, question);

    /// <summary>
    /// Has the log of Python let through what has this level, in every worker of now and later; null for the level that each has by
    /// itself. A worker whose log lets more through anyway is not changed.
    /// </summary>
    public void SetLogLevel(LogLevel? level)
    {
        _logLevel = level switch
        {
            LogLevel.Trace or LogLevel.Debug => "debug",
            LogLevel.Information => "info",
            LogLevel.Warning => "warning",
            LogLevel.Error => "error",
            _ => "",
        };
        foreach (var worker in _living.Keys)
            TellLogLevel(worker);
    }

    /// <summary>Workers are asked first and killed after the grace time.</summary>
    public async Task StopAllAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await StopLivingAsync().ConfigureAwait(false);
        await AwaitStartsAsync().ConfigureAwait(false);
        await StopLivingAsync().ConfigureAwait(false);
        await SettleAsync().ConfigureAwait(false);
    }

    /// <summary>Kills every worker without asking and starts no more. Nothing is left when it ends. Idempotent.</summary>
    public async Task KillAllAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false); // each pending start kills its own process
        Kill();
        await AwaitStartsAsync().ConfigureAwait(false);
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
        var launched = await _launcher.LaunchAsync(spec, clock).ConfigureAwait(false);
        var tools = _tools.Take(spec.Adapter, launched.Connection.Welcome.Tools);
        var worker = new Worker(spec.Worker, launched, tools, _settings.ShutdownGrace, _logger);
        var took = (long)TimeProvider.System.GetElapsedTime(began).TotalMilliseconds;
        WorkerLog.Ready(_logger, spec.Worker, took, worker.Facts.Pid, worker.Facts.PythonVersion, worker.Facts.Tools.Length);
        return worker;
    }

    /// <summary>Again when the level has changed meanwhile: another thread may have told the worker the later one first.</summary>
    private void TellLogLevel(Worker worker)
    {
        string told;
        do
        {
            told = _logLevel;
            worker.SetLogLevel(told);
        }
        while (told != _logLevel);
    }

    private Task StopLivingAsync() =>
        Task.WhenAll(_living.Keys.Select(worker => worker.StopAsync(_settings.ShutdownGrace, "the silo stops")));

    private async Task AwaitStartsAsync()
    {
        while (Volatile.Read(ref _starting) > 0)
            await Task.Delay(StartsLook).ConfigureAwait(false);
    }

    private async Task SettleAsync()
    {
        await _launcher.SettleAsync(_settings.ShutdownGrace).ConfigureAwait(false);
        await _records.SettledAsync().ConfigureAwait(false);
        _runtime.Dispose();
    }

    private async Task ForgetAsync(Worker worker)
    {
        await worker.Released.ConfigureAwait(false);
        _living.TryRemove(worker, out _);
    }
}
