using Microsoft.Extensions.Logging;
using Snakepit.Identity;
using Snakepit.Pools;

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

    [LoggerMessage(2003, LogLevel.Error, "Shard {Shard} is {State}: {Reason}")]
    public static partial void Failed(ILogger logger, ShardId shard, PoolState state, string reason);

    [LoggerMessage(2004, LogLevel.Warning, "Silo '{Silo}' did not say within {Seconds} s what it has of pool '{Pool}': {Reason}")]
    public static partial void SiloSilent(ILogger logger, string reason, string silo, string pool, double seconds);

    [LoggerMessage(2005, LogLevel.Warning, "Worker {Worker} (process {Pid}) has not answered a health ping within {Seconds} s")]
    public static partial void WorkerSilent(ILogger logger, WorkerId worker, int pid, double seconds);

    [LoggerMessage(2006, LogLevel.Information, "Worker {Worker} (process {Pid}) answers health pings again")]
    public static partial void WorkerAnswersAgain(ILogger logger, WorkerId worker, int pid);

    [LoggerMessage(
        2007, LogLevel.Error,
        "Worker {Worker} (process {Pid}) is lost: {Missed} heartbeats missed (Heartbeat:MaxMissed is {MaxMissed}), silent for "
        + "{Seconds:0.#} s; {Consequence}")]
    public static partial void WorkerLost(
        ILogger logger, WorkerId worker, int pid, int missed, int maxMissed, double seconds, string consequence);

    [LoggerMessage(
        2008, LogLevel.Warning,
        "Shard {Shard} was not running for {Seconds:0.#} s (a paused or overloaded host); its workers' silence meanwhile does not count")]
    public static partial void Stalled(ILogger logger, ShardId shard, double seconds);

    [LoggerMessage(
        2009, LogLevel.Information,
        "Worker {Worker} is replaced by generation {Successor} ({Reason}): age {AgeSeconds:0.#} s, {Served} calls, {MemoryMb} MB, "
        + "sessions: {Sessions}")]
    public static partial void Recycled(
        ILogger logger, WorkerId worker, string reason, double ageSeconds, long served, long memoryMb, int sessions, int successor);

    [LoggerMessage(2010, LogLevel.Information, "The adapter of worker {Worker} asks for a fresh process: {Reason}")]
    public static partial void RecycleAsked(ILogger logger, WorkerId worker, string reason);

    [LoggerMessage(2011, LogLevel.Warning, "The worker of {Slot} has no reminder for its age; a timer in memory stands in")]
    public static partial void NoReminder(ILogger logger, Exception error, SlotId slot);

    [LoggerMessage(2012, LogLevel.Information, "The reminder of {Slot} is removed: {Reason}")]
    public static partial void ReminderRemoved(ILogger logger, SlotId slot, string reason);

    [LoggerMessage(2013, LogLevel.Error, "The age of worker {Worker} is not watched; it will not be replaced at its WorkerTtl")]
    public static partial void AgeNotWatched(ILogger logger, Exception error, WorkerId worker);

    [LoggerMessage(
        2014, LogLevel.Warning,
        "Not every shard of the pool has heard within SessionNoticeTimeout, or what the call had left, that session '{Session}' is on "
        + "{Shard} now; one that lives on could take what it has for new; further warnings are left out for {Seconds} s")]
    public static partial void SessionUnheard(ILogger logger, Exception error, ShardId shard, string session, double seconds);

    [LoggerMessage(
        2015, LogLevel.Warning, "Silo '{Silo}' is drained by an operator: it takes no new calls, finishes what runs, and {Then}")]
    public static partial void SiloDrains(ILogger logger, string silo, string then);

    [LoggerMessage(2016, LogLevel.Information, "The drain of silo '{Silo}' is over: its calls have ended, or their time has")]
    public static partial void SiloDrained(ILogger logger, string silo);

    [LoggerMessage(2017, LogLevel.Warning, "Silo '{Silo}' is resumed by an operator: it takes calls again")]
    public static partial void SiloResumed(ILogger logger, string silo);

    [LoggerMessage(2019, LogLevel.Information, "Shard {Shard} keeps {Size} workers instead of {Before} ({Configured})")]
    public static partial void Resized(ILogger logger, ShardId shard, int before, int size, string configured);

    [LoggerMessage(2020, LogLevel.Information, "Worker {Worker} leaves, because the pool was scaled down")]
    public static partial void ScaledAway(ILogger logger, WorkerId worker);

    [LoggerMessage(2021, LogLevel.Warning, "Silo '{Silo}' did not say within {Seconds} s how it is: {Reason}")]
    public static partial void SiloMute(ILogger logger, string reason, string silo, double seconds);

    [LoggerMessage(
        2022, LogLevel.Information,
        "Shard {Shard} keeps {Size} workers instead of {Before} for its load ({Bounds}); {Queued} calls wait, {Running} run")]
    public static partial void Scaled(ILogger logger, ShardId shard, int before, int size, string bounds, int queued, int running);

    [LoggerMessage(2023, LogLevel.Information, "Shard {Shard} sleeps: no call has come for {Seconds} s; its {Before} workers leave")]
    public static partial void FellAsleep(ILogger logger, ShardId shard, int before, double seconds);

    [LoggerMessage(2024, LogLevel.Information, "Shard {Shard} is woken by a call")]
    public static partial void Woken(ILogger logger, ShardId shard);

    [LoggerMessage(
        2025, LogLevel.Warning,
        "A call of tool '{Tool}' on {Where} took {Seconds:0.###} s (SlowCallThreshold is {Threshold:0.###} s): {Stages}; {Result}; "
        + "correlation: {Correlation}")]
    public static partial void SlowCall(
        ILogger logger, string tool, string where, double seconds, double threshold, string stages, string result, string correlation);

    [LoggerMessage(
        2026, LogLevel.Error, "The observer {Observer} of a shard has failed; it is told further on, and not complained of again")]
    public static partial void ObserverFailed(ILogger logger, string observer, Exception error);

    [LoggerMessage(
        2027, LogLevel.Error,
        "The listener {Listener} to events of Python has failed; it is told further on, and not complained of again")]
    public static partial void PythonListenerFailed(ILogger logger, string listener, Exception error);

    [LoggerMessage(2018, LogLevel.Error, "The drain of silo '{Silo}' broke; this is a bug")]
    public static partial void DrainBroken(ILogger logger, Exception error, string silo);

    [LoggerMessage(2028, LogLevel.Warning,
        "{Problem} Silos serve on; none can join, and none is declared dead, until the database answers")]
    public static partial void DatabaseAway(ILogger logger, string problem);

    [LoggerMessage(2029, LogLevel.Information, "The database of the cluster answers again, after {Seconds:0} s")]
    public static partial void DatabaseBack(ILogger logger, double seconds);
}
