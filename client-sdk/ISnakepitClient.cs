using Snakepit.Errors;
using Snakepit.Pools;
using Snakepit.Tools;

namespace Snakepit.Client;

/// <summary>
/// Calls Python tools of one cluster. Thread-safe; one per process and cluster is enough. Works inside a silo and as an external Orleans
/// client. While the client is not connected yet, a call waits for the connection within its own budget, and one without a budget for
/// <see cref="SnakepitClientOptions.ConnectTimeout"/>; then it fails with <see cref="SnakepitErrorCode.ClusterUnreachable"/>, outcome
/// <see cref="Outcome.NotStarted"/>.
/// </summary>
public interface ISnakepitClient
{
    /// <summary>Runs a tool and reads its result as <typeparamref name="T"/>.</summary>
    /// <typeparam name="T">What the JSON of the result is read as, or <c>byte[]</c> for a tool that returns bytes.</typeparam>
    /// <param name="tool">Name of the tool.</param>
    /// <param name="args">
    /// An object whose properties are the tool's keyword arguments, or a dictionary; null for none. Property names are written in
    /// snake_case, as Python spells them. Read before the method returns.
    /// </param>
    /// <param name="options">Pool, budget and more; null for the client's defaults.</param>
    /// <param name="cancellationToken">Gives the call up: its place in the queue is free at once, running code is stopped.</param>
    /// <returns>The result.</returns>
    /// <exception cref="SnakepitException">Anything else than a result; its outcome says whether the tool may have run.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    Task<T> ExecuteAsync<T>(
        string tool, object? args = null, ToolCallOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Runs a tool; the result comes with its bytes, its worker and its times.</summary>
    /// <inheritdoc cref="ExecuteAsync{T}"/>
    Task<ToolResult> ExecuteAsync(
        string tool, object? args = null, ToolCallOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Runs a tool with arguments that are UTF-8 JSON already.</summary>
    /// <param name="tool">Name of the tool.</param>
    /// <param name="arguments">A JSON object in UTF-8: the tool's keyword arguments. Copied before the method returns.</param>
    /// <param name="options">Pool, budget and more; null for the client's defaults.</param>
    /// <param name="cancellationToken">Gives the call up: its place in the queue is free at once, running code is stopped.</param>
    /// <inheritdoc cref="ExecuteAsync{T}"/>
    Task<ToolResult> ExecuteJsonAsync(
        string tool, ReadOnlyMemory<byte> arguments, ToolCallOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Runs a tool as a stream and reads each item as <typeparamref name="T"/>, as soon as it is there. The stream begins with the first
    /// item that is asked for; each enumeration runs the tool again. Leaving the loop stops the tool. A slow reader slows its own tool
    /// down; one that stays away for StreamReaderTimeout (silo's options) loses the stream, which may be after three quarters of that time
    /// when a single item takes so long.
    /// </summary>
    /// <typeparam name="T">What the JSON of each item is read as.</typeparam>
    /// <param name="tool">Name of the tool: a generator, or any other, whose result is then the only item.</param>
    /// <param name="args">As in <see cref="ExecuteAsync{T}"/>.</param>
    /// <param name="options">
    /// Pool, budget of the whole stream and more; null for the client's defaults, then the pool's PoolStreamingTimeout.
    /// </param>
    /// <param name="cancellationToken">Gives the stream up at once.</param>
    /// <returns>The items in the tool's order. One enumerator has one reader.</returns>
    /// <exception cref="SnakepitException">After the items before it; nothing is tried again once the first item has come.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    IAsyncEnumerable<T> StreamAsync<T>(
        string tool, object? args = null, ToolCallOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Runs a tool as a stream; items come with their bytes and their worker.</summary>
    /// <inheritdoc cref="StreamAsync{T}"/>
    IAsyncEnumerable<ToolResult> StreamAsync(
        string tool, object? args = null, ToolCallOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Runs a tool as a stream with arguments that are UTF-8 JSON already.</summary>
    /// <param name="tool">Name of the tool: a generator, or any other, whose result is then the only item.</param>
    /// <param name="arguments">A JSON object in UTF-8: the tool's keyword arguments. Copied before the method returns.</param>
    /// <param name="options">As in <see cref="StreamAsync{T}"/>.</param>
    /// <param name="cancellationToken">Gives the stream up at once.</param>
    /// <inheritdoc cref="StreamAsync{T}"/>
    IAsyncEnumerable<ToolResult> StreamJsonAsync(
        string tool, ReadOnlyMemory<byte> arguments, ToolCallOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// What every shard of a pool says about itself now. Waits for a connection as calls do; when connected, 20 s at most for the answer.
    /// </summary>
    /// <param name="pool">Name of the pool; null for the client's default.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The pool's shards; none while its silos are starting.</returns>
    /// <exception cref="SnakepitException">No silo answered, or there is no such pool.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    Task<PoolStatus> GetPoolStatusAsync(string? pool = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// The tools of a pool with their signatures and schemas, as its workers describe them. For people and generators: it asks every silo,
    /// so it is not meant for the way of a call. Waits as <see cref="GetPoolStatusAsync"/> does.
    /// </summary>
    /// <param name="pool">Name of the pool; null for the client's default.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The tools; none while no worker of the pool has been ready.</returns>
    /// <exception cref="SnakepitException">No silo answered, or there is no such pool.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    Task<PoolTools> ListToolsAsync(string? pool = null, CancellationToken cancellationToken = default);
}
