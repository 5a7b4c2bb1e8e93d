using Microsoft.Extensions.Logging;
using Snakepit.Pools;
using Snakepit.Workers;

namespace Snakepit.Grains;

/// <summary>Event ids 2000-2099.</summary>
internal static partial class PoolLog
{
    [LoggerMessage(2000, LogLevel.Error, "A task of shard {Shard} broke; this is a bug")]
    public static partial void Broken(ILogger logger, Exception error, ShardId shard);

    [LoggerMessage(2001, LogLevel.Information, "Shard {Shard} starts {Workers} workers")]
    public static partial void Starting(ILogger logger, ShardId shard, int workers);

    [LoggerMessage(2002, LogLevel.Information, "Shard {Shard} is {State}")]
    public static partial void StateChanged(ILogger logger, ShardId shard, PoolState state);

    [LoggerMessage(2003, LogLevel.Error, "Shard {Shard} has failed: {Reason}")]
    public static partial void Failed(ILogger logger, ShardId shard, string reason);

    [LoggerMessage(2004, LogLevel.Warning, "Silo '{Silo}' did not say what it has of pool '{Pool}'")]
    public static partial void SiloSilent(ILogger logger, Exception error, string silo, string pool);

    [LoggerMessage(2005, LogLevel.Warning, "Worker {Worker} (process {Pid}) has not answered a health ping within {Seconds} s")]
    public static partial void WorkerSilent(ILogger logger, WorkerId worker, int pid, double seconds);

    [LoggerMessage(2006, LogLevel.Information, "Worker {Worker} (process {Pid}) answers health pings again")]
    public static partial void WorkerAnswersAgain(ILogger logger, WorkerId worker, int pid);
}
