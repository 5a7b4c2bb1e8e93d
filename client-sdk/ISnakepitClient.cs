using Snakepit.Errors;
using Snakepit.Pools;

namespace Snakepit.Client;

/// <summary>
/// Calls Python tools. Thread-safe; one per process is enough. Works inside a silo and as an external Orleans client.
/// </summary>
public interface ISnakepitClient
{
    /// <summary>Runs a tool and reads its result as <typeparamref name="T"/>.</summary>
    /// <param name="tool">Name of the tool.</param>
    /// <param name="args">
    /// An object whose properties are the tool's keyword arguments, or a dictionary; null for none. Property names are
    /// written in snake_case, as Python spells them.
    /// </param>
    /// <param name="options">Pool, budget and more; null for the client's defaults.</param>
    /// <param name="cancellationToken">Gives the call up: its place in the queue is free at once, running code is stopped.</param>
    /// <exception cref="SnakepitException">Anything else than a result; its outcome says whether the tool may have run.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    Task<T> ExecuteAsync<T>(string tool, object? args = null, ToolCallOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Runs a tool; the result comes with its bytes, its worker and its times.</summary>
    /// <inheritdoc cref="ExecuteAsync{T}"/>
    Task<ToolResult> ExecuteAsync(string tool, object? args = null, ToolCallOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Runs a tool with arguments that are UTF-8 JSON already.</summary>
    /// <inheritdoc cref="ExecuteAsync{T}"/>
    Task<ToolResult> ExecuteJsonAsync(string tool, ReadOnlyMemory<byte> arguments, ToolCallOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Runs a tool as a stream and reads each item as <typeparamref name="T"/>, as soon as it is there. Leaving the loop stops the
    /// tool. A reader that is slow slows its own tool down; one that stays away for StreamReaderTimeout (silo's options) loses it, which may
    /// be after three quarters of that when it is a single item that takes so long.
    /// </summary>
    /// <param name="tool">Name of the tool: a generator, or any other, whose result is then the only item.</param>
    /// <param name="args">As in <see cref="ExecuteAsync{T}"/>.</param>
    /// <param name="options">Pool, budget of the whole stream and more; null for the client's defaults, then the pool's PoolStreamingTimeout.</param>
    /// <param name="cancellationToken">Gives the stream up at once.</param>
    /// <exception cref="SnakepitException">After the items before it; nothing is tried again once the first item has come.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    IAsyncEnumerable<T> StreamAsync<T>(string tool, object? args = null, ToolCallOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Runs a tool as a stream; items come with their bytes and their worker.</summary>
    /// <inheritdoc cref="StreamAsync{T}"/>
    IAsyncEnumerable<ToolResult> StreamAsync(string tool, object? args = null, ToolCallOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Runs a tool as a stream with arguments that are UTF-8 JSON already.</summary>
    /// <inheritdoc cref="StreamAsync{T}"/>
    IAsyncEnumerable<ToolResult> StreamJsonAsync(string tool, ReadOnlyMemory<byte> arguments, ToolCallOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>What every shard of a pool says about itself now.</summary>
    /// <param name="pool">Name of the pool; null for the client's default.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="SnakepitException">No silo answered, or there is no such pool.</exception>
    Task<PoolStatus> GetPoolStatusAsync(string? pool = null, CancellationToken cancellationToken = default);
}
