using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Snakepit.Core.Ports;
using Snakepit.Core.Processes;
using Snakepit.Workers.Files;
using Snakepit.Workers.Link;
using Snakepit.Workers.Link.Carriers;
using Snakepit.Workers.Orphans;
using Snakepit.Workers.Output;
using Snakepit.Workers.Processes;
using Snakepit.Workers.Python;

namespace Snakepit.Workers.Launch;

/// <summary>A process that takes work, what it has said about itself, and the link to it.</summary>
internal sealed record LaunchedWorker(WorkerProcess Process, ReadyLine Ready, WorkerConnection Connection);

/// <summary>
/// Brings one worker from its spec to an open link. A process that does not get there is ended before the caller hears of it. Thread-safe.
/// </summary>
internal sealed class WorkerLauncher(
    WorkerHostSettings settings, PythonLocator locator, RuntimeDirectory runtime, RecordKeeper records, OutputShelf outputs, ILogger logger)
{
    private readonly ConcurrentDictionary<Task, byte> _late = new();
    private readonly PoolNumbers _poolNumbers = new();

    /// <exception cref="WorkerStartException">The process did not get ready; its message says how far it came.</exception>
    /// <exception cref="OperationCanceledException">The clock was stopped.</exception>
    public async Task<LaunchedWorker> LaunchAsync(WorkerSpec spec, StartClock clock)
    {
        var python = await locator.FindAsync(spec.PythonExecutable ?? settings.PythonExecutable, clock.Stopped).ConfigureAwait(false);
        var number = _poolNumbers.Of(spec.Worker.Slot.Shard.Pool);
        var socket = runtime.SocketFor(spec.Worker, number);
        var endpoint = OperatingSystem.IsWindows() ? "tcp:127.0.0.1:0" : $"unix:{socket}";
        var tokens = LinkTokens.Create();
        var start = WorkerCommand.For(spec, python.Path, settings, endpoint);
        var process = await SpawnAsync(spec, start, clock).ConfigureAwait(false);
        records.Keep(spec.Worker, process);
        outputs.Add(spec.Worker, process.Pid, process.OutputHistory);
        try
        {
            return await ConnectAsync(spec, process, tokens, clock).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            process.Kill("it did not become ready");
            var exit = await process.Released.ConfigureAwait(false);
            if (error is LinkException)
            {
                throw new WorkerStartException(
                    $"the link could not be opened: {error.Message} (process {exit.Description})", innerException: error);
            }

            throw;
        }
        finally
        {
            runtime.Forget(socket); // the connection, where there is one, needs the names no more
        }
    }

    /// <summary>
    /// Ends when the processes that came after their time are gone, at the latest after <paramref name="limit"/>: a start that hangs in the
    /// system may never come.
    /// </summary>
    public async Task SettleAsync(TimeSpan limit) =>
        await Task.WhenAll(_late.Keys).WaitAsync(limit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task<LaunchedWorker> ConnectAsync(WorkerSpec spec, WorkerProcess process, LinkTokens tokens, StartClock clock)
    {
        var firstLine = WorkerCommand.FirstLine(spec, tokens, settings.LinkCarrier);
        var ready = await clock.LimitAsync(
            spec.ServerReadyTimeout,
            "GrpcServerReadyTimeout",
            "it did not serve",
            cancel => IntroduceAsync(process, firstLine, cancel)).ConfigureAwait(false);
        var address = new WorkerAddress(ready.Endpoint!, ready.WorkEndpoint, process.Pid, spec.MaxMessageBytes);
        var connection = await clock.LimitAsync(
            spec.LinkTimeout,
            "WorkerReadyTimeout",
            "its link was not open",
            cancel => WorkerConnection.OpenAsync(address, spec, tokens, logger, cancel)).ConfigureAwait(false);
        return new LaunchedWorker(process, ready, connection);
    }

    private async Task<WorkerProcess> SpawnAsync(WorkerSpec spec, ProcessStartInfo start, StartClock clock)
    {
        var spawning = WorkerProcess.StartAsync(start, spec.Worker, settings.Output, logger);
        try
        {
            return await clock.LimitAsync(
                spec.StartupTimeout, "PoolStartupTimeout", "its process did not start", _ => spawning).ConfigureAwait(false);
        }
        catch // also when the silo stops
        {
            // The process may still come, and then nothing waits for it.
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
            // The process did not come at all; the caller of the start has been told.
        }
    }

    private static async Task<ReadyLine> IntroduceAsync(WorkerProcess process, string firstLine, CancellationToken cancellationToken)
    {
        try
        {
            await process.IntroduceAsync(firstLine, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // The process does not read its input: it is no worker, or has ended. Its own line, or its absence, tells which.
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

    /// <summary>Null when the process ended without a line.</summary>
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
}
