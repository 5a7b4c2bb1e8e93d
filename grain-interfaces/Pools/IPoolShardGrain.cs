using Orleans.Concurrency;
using Snakepit.Access;
using Snakepit.Execution;
using Snakepit.Sessions;
using Snakepit.Supervision;
using Snakepit.Tools;

namespace Snakepit.Pools;

/// <summary>
/// The address of the part of a pool on one silo (key <c>pool@silo</c>). Pinned to that silo and never moved; when the silo is gone,
/// calls fail instead of waking the shard elsewhere. The shard itself belongs to its silo: an activation of this grain may come and go
/// without any effect on it.
/// </summary>
[Alias("Snakepit.IPoolShardGrain")]
public interface IPoolShardGrain : IGrainWithStringKey
{
    /// <summary>
    /// Runs a tool. Never throws for what can go wrong with a call: the reply carries a result or a failure.
    /// Cancelling the token gives up the place in the queue at once.
    /// </summary>
    [Alias("Execute"), OpenToClients, BoundByBudget]
    Task<ToolReply> ExecuteAsync(ToolRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// How it stands with a call that is held, as soon as it is called up or has ended; after some seconds in any case.
    /// </summary>
    /// <param name="call">The name that the call was sent with.</param>
    [Alias("AwaitCallUp"), OpenToClients, ResponseTimeout("00:00:30")]
    Task<HeldReply> AwaitCallUpAsync(Guid call);

    /// <summary>The caller has given the call up, held or not. Nothing happens when there is no such call.</summary>
    /// <param name="call">The name that the call was sent with.</param>
    [Alias("GiveUp"), OpenToClients, OneWay]
    Task GiveUpAsync(Guid call);

    /// <summary>
    /// The caller's word that a call which is held may begin; the answer of the call. It begins when a worker is free. Saying it again
    /// begins nothing anew. Cancelling the token stops the call.
    /// </summary>
    [Alias("Begin"), OpenToClients, BoundByBudget]
    Task<ToolReply> BeginAsync(ResumeRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// The answer of a call: when it ends, if it waits or runs; at once, if it has ended in the last seconds, and when the shard has no
    /// such call. Such a call is refused when it comes later. For clients whose connection to a gateway broke while the call was out.
    /// </summary>
    [Alias("Resume"), OpenToClients, BoundByBudget]
    Task<ResumeReply> ResumeAsync(ResumeRequest request);

    /// <summary>
    /// The latest progress of a call or stream, as soon as there is a later one than the caller has. Null when none comes for some seconds,
    /// and when no such call waits or runs, which may be because it has not come yet.
    /// </summary>
    /// <param name="call">The name that the call was sent with, or the name of the stream.</param>
    /// <param name="have">Number of the latest report that the caller has; 0 for none.</param>
    [Alias("NextProgress"), OpenToClients, ResponseTimeout("00:00:30")]
    Task<ProgressStep?> NextProgressAsync(Guid call, long have);

    /// <summary>
    /// Runs a tool as a stream and answers as <see cref="ReadStreamAsync"/> does. Never throws for what can go wrong with it.
    /// Asking again under the same name begins nothing anew.
    /// </summary>
    /// <param name="request">What to run.</param>
    /// <param name="stream">The reader's own name for the stream.</param>
    [Alias("OpenStream"), OpenToClients, ResponseTimeout("00:00:30")]
    Task<StreamBatch> OpenStreamAsync(ToolRequest request, Guid stream);

    /// <summary>
    /// The next items, as soon as there is one; nothing at all when there is none for some seconds, then ask again. The question
    /// acknowledges everything before <paramref name="have"/>; an answer that got lost can be asked for again.
    /// </summary>
    /// <param name="stream">Its name.</param>
    /// <param name="have">How many items the reader has.</param>
    [Alias("ReadStream"), OpenToClients, ResponseTimeout("00:00:30")]
    Task<StreamBatch> ReadStreamAsync(Guid stream, long have);

    /// <summary>
    /// The reader is still busy with items that it has. Counts as a sign of life, as a question does; nothing happens when there is no
    /// such stream.
    /// </summary>
    [Alias("TouchStream"), OpenToClients, OneWay]
    Task TouchStreamAsync(Guid stream);

    /// <summary>The reader wants no more: a tool that still runs is stopped. Nothing happens when there is no such stream.</summary>
    [Alias("CloseStream"), OpenToClients, OneWay]
    Task CloseStreamAsync(Guid stream);

    /// <summary>A client has lost its connection to some silo. Readers that wait have to show that it was not them.</summary>
    [Alias("ProbeReaders"), OneWay]
    Task ProbeReadersAsync();

    /// <summary>
    /// The session is with another shard now: when it comes back, what its worker here has is old. False when this silo has no
    /// such pool.
    /// </summary>
    [Alias("ForgetSession")]
    Task<bool> ForgetSessionAsync(string session);

    /// <summary>The shard's report, or null when this silo has no such pool.</summary>
    /// <param name="output">
    /// With the last lines of output of workers that failed, up to 50 lines of 16 KiB each; without it only the first line of each failure.
    /// </param>
    [Alias("GetReport"), OpenToClients, ResponseTimeout("00:00:05")]
    Task<ShardReport?> GetReportAsync(bool output = false);

    /// <summary>What its workers say about their tools; null when this silo has no such pool.</summary>
    [Alias("GetTools"), OpenToClients, ResponseTimeout("00:00:05")]
    Task<ShardTools?> GetToolsAsync();

    /// <summary>Pulse and terms, for a pool that has just been activated; null when this silo has no such pool.</summary>
    [Alias("Introduce"), ResponseTimeout("00:00:05")]
    Task<ShardIntroduction?> IntroduceAsync();

    /// <summary>
    /// Replaces workers by fresh ones, one slot's or (null) all: each successor is ready before its predecessor stops taking
    /// calls, and few at a time. A manual order also concerns workers that start just now. Returns how many were marked; those that were
    /// marked before do not count. Null when this silo has no such pool.
    /// </summary>
    [Alias("Recycle")]
    Task<int?> RecycleAsync(int? slot, RecycleReason reason);

    /// <summary>
    /// What the threads of its workers do at this moment; their calls go on. A worker that starts, or does not answer within 3 s, has no
    /// stacks. Null when this silo has no such pool.
    /// </summary>
    /// <param name="slot">Only of this slot; null for all.</param>
    [Alias("GetStacks"), ResponseTimeout("00:00:10")]
    Task<WorkerStacks[]?> GetStacksAsync(int? slot);

    /// <summary>The sessions that the shard knows, the latest used first. Null when this silo has no such pool.</summary>
    /// <param name="most">How many, 1 to 1000.</param>
    [Alias("GetSessions"), ResponseTimeout("00:00:05")]
    Task<SessionList?> GetSessionsAsync(int most);

    /// <summary>
    /// Keeps another number of workers, also after a restart of the silo. Missing ones start; those that are too many finish their calls
    /// and leave. Returns the number; null when this silo has no such pool.
    /// </summary>
    /// <param name="size">1 to 1000; null for the number of the configuration, or of the load.</param>
    /// <exception cref="Errors.SnakepitException">The number is out of range, or cannot be kept.</exception>
    [Alias("Scale"), ResponseTimeout("00:00:05")]
    Task<int?> ScaleAsync(int? size);
}
