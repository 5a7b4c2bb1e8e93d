using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Snakepit.Core.Processes;
using Snakepit.Workers.Files;
using Snakepit.Workers.Orphans;
using Snakepit.Workers.Processes;

namespace Snakepit.Silo.Doctor;

/// <summary>What the host gives to a silo and its workers.</summary>
internal static class HostChecks
{
    private const long Mb = 1024 * 1024;

    /// <summary>Looks at what needs no worker.</summary>
    public static IEnumerable<Finding> Look(Patient patient) =>
    [
        OpenFileLimit(patient), Processors(patient), ProcessHandles(), UnixSockets(),
    ];

    /// <summary>Memory and processes against what one worker of each pool was measured to need.</summary>
    public static IEnumerable<Finding> Room(Patient patient, IReadOnlyDictionary<string, WorkerSize> measured)
    {
        if (patient.Running is { } running)
        {
            var reason = $"the silo that runs as {running} has its workers already";
            return [Finding.Skipped("memory", reason), Finding.Skipped("processes", reason)];
        }

        var pools = patient.Options.OwnPools
            .Where(pool => measured.ContainsKey(pool.Name))
            .Select(pool => (Count: pool.MostWorkers, Size: measured[pool.Name]))
            .ToList();
        return
        [
            Memory([.. pools.Select(pool => (pool.Count, pool.Size.Bytes))]),
            Tasks([.. pools.Select(pool => (pool.Count, pool.Size.Tasks))]),
        ];
    }

    private static Finding Memory(List<(int Count, long Bytes)> pools)
    {
        const string Check = "memory";
        if (HostLimits.AvailableMemory() is not { } available)
            return Finding.Skipped(Check, "this system does not tell how much there is");
        if (pools.Count == 0)
            return Finding.Skipped(Check, $"{available / Mb} MB are available; what a worker needs was not measured");
        return HostRoom.MemoryShortage(available, pools) is { } shortage
            ? Finding.Warning(
                Check,
                shortage,
                "Lower PoolSize (MaxSize) of a pool, or give the host or container more memory (memory.max, limits.memory)")
            : Finding.Ok(
                Check,
                $"{available / Mb} MB are available, all workers and the silo need about "
                + $"{(HostRoom.SiloBytes + pools.Sum(pool => pool.Count * pool.Bytes)) / Mb} MB");
    }

    private static Finding Tasks(List<(int Count, int Tasks)> pools)
    {
        const string Check = "processes";
        if (HostLimits.AvailableTasks() is not { } available)
            return Finding.Skipped(Check, "this system does not tell how many it allows");
        if (pools.Count == 0)
            return Finding.Skipped(Check, $"{available} more processes and threads are allowed; what a worker needs was not measured");
        return HostRoom.TaskShortage(available, pools) is { } shortage
            ? Finding.Warning(Check, shortage, "Raise pids.max of the control group (TasksMax of systemd, --pids-limit of a container)")
            : Finding.Ok(
                Check,
                $"{available} more processes and threads are allowed, a worker has up to {pools.Max(pool => pool.Tasks)}");
    }

    private static Finding OpenFileLimit(Patient patient)
    {
        const string Check = "open files";
        if (OpenFiles.Limit is not { } limit)
            return Finding.Skipped(Check, "this system does not tell its limit");
        var workers = patient.Options.OwnPools.Sum(pool => pool.MostWorkers);
        const string Mend = "Run 'ulimit -n 65536' in the shell that starts the silo, or set LimitNOFILE=65536 in its service";
        return FileBudget.StartFlaw(limit) is { } flaw ? Finding.Error(Check, flaw, Mend)
            : FileBudget.Shortage(limit, workers) is { } shortage ? Finding.Warning(Check, shortage, Mend)
            : Finding.Ok(Check, $"the limit is {limit}, enough for {workers} workers");
    }

    private static Finding Processors(Patient patient)
    {
        const string Check = "processors";
        var (workers, processors) = (patient.Options.OwnPools.Sum(pool => pool.MostWorkers), Environment.ProcessorCount);
        return HostRoom.Crowd(workers, processors) is { } crowd
            ? Finding.Warning(Check, crowd, "Lower PoolSize, unless the tools hardly compute")
            : Finding.Ok(Check, $"{workers} workers on {processors} processors");
    }

    private static Finding ProcessHandles() => PidFd.Works
        ? Finding.Ok("pidfd", "signals reach the process that is meant and no other")
        : Finding.Warning(
            "pidfd",
            "this system has no pidfd_open: a clean-up compares process and start time right before each signal instead",
            "Nothing has to be done; a Linux kernel from 5.3 on, without a sandbox that forbids the call, has it");

    private static Finding UnixSockets()
    {
        const string Check = "unix sockets";
        try
        {
            using var folder = RuntimeDirectory.Create($"{Guid.NewGuid():N}"[..12], NullLogger.Instance);
            var end = new UnixDomainSocketEndPoint(Path.Combine(folder.Path, "doctor"));
            using var server = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            server.Bind(end);
            server.Listen();
            client.Connect(end);
            return Finding.Ok(Check, $"workers are reached in {Path.GetDirectoryName(folder.Path)}");
        }
        catch (Exception error) when (error is IOException or SocketException or UnauthorizedAccessException)
        {
            return Finding.Error(
                Check, error.Message, "Set XDG_RUNTIME_DIR to a folder of the silo's user on a local disk, such as /run/snakepit");
        }
    }
}
