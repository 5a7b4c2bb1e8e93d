using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Snakepit.Core.Orphans;
using Snakepit.Identity;
using Snakepit.Workers.Processes;

namespace Snakepit.Workers.Orphans;

/// <summary>Sees to it that every living worker of this run is on disk, and no dead one. Thread-safe.</summary>
internal sealed class RecordKeeper
{
    private readonly RunIdentity _run;
    private readonly ILogger _logger;
    private readonly RecordStore? _store;
    private readonly HostFacts? _host;
    private readonly ProcessId? _silo;
    private readonly ConcurrentDictionary<int, Task> _kept = new();

    /// <param name="folder">Where records go; null to keep none.</param>
    /// <param name="run">Whose workers these are.</param>
    /// <param name="logger">For records that cannot be written.</param>
    public RecordKeeper(string? folder, RunIdentity run, ILogger logger)
    {
        _run = run;
        _logger = logger;
        _host = ProcFs.Host();
        _silo = ProcFs.Identify(Environment.ProcessId);
        _store = folder is null ? null : new RecordStore(folder, logger);
    }

    /// <summary>
    /// On return the record is on disk. A disk that has filled up or turned read-only under a running silo is an error in
    /// the log and no more: calls need no disk, and the sweep by marks finds workers without a record as well.
    /// </summary>
    public void Keep(WorkerId worker, WorkerProcess process)
    {
        if (_store is null || _host is null || _silo is not { } silo || ProcFs.Identify(process.Pid) is not { } id)
            return;
        var record = new WorkerRecord
        {
            RunId = _run.RunId,
            Worker = worker.ToString(),
            Pid = id.Pid,
            Started = id.Started,
            Group = id.Pid,
            SiloPid = silo.Pid,
            SiloStarted = silo.Started,
            BootId = _host.BootId,
            PidNamespace = _host.PidNamespace,
        };
        try
        {
            _store.Write(record);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            OrphanLog.NotWritten(_logger, error, worker, id.Pid);
        }

        _kept[id.Pid] = RemoveAsync(_store, record, process);
    }

    /// <summary>Ends when the records of all ended workers are gone.</summary>
    public Task SettledAsync() => Task.WhenAll(_kept.Values);

    private async Task RemoveAsync(RecordStore store, WorkerRecord record, WorkerProcess process)
    {
        await process.Released.ConfigureAwait(false);
        store.Remove(record);
        _kept.TryRemove(record.Pid, out _);
    }
}
