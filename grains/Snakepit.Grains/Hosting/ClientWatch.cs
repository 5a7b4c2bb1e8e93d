using Snakepit.Core.Options;
using Snakepit.Grains.Pools;

namespace Snakepit.Grains.Hosting;

/// <summary>
/// Sees clients lose their connections to this silo. The framework keeps a place for them for a minute, in case they come back; a
/// killed client's generator must not run for so long.
/// </summary>
internal sealed class ClientWatch(SnakepitOptions options, PoolShards shards, TimeProvider time)
{
    /// <summary>Many clients may go at once, a frontend has several connections: one word is enough for all of them.</summary>
    private static readonly TimeSpan Together = TimeSpan.FromMilliseconds(20);

    private int _telling;

    /// <summary>Ends with the connection.</summary>
    public async Task WatchAsync(Task connection)
    {
        try
        {
            await connection;
        }
        finally
        {
            await TellAsync();
        }
    }

    private async Task TellAsync()
    {
        if (Interlocked.Exchange(ref _telling, 1) != 0)
            return;
        await Task.Delay(Together, time);
        Volatile.Write(ref _telling, 0);
        try
        {
            await Task.WhenAll(options.Pools.Select(pool => shards.ProbeReadersAsync(pool.Name)));
        }
        catch (Exception) // the silo is leaving, and with it every stream; else readers are given up after StreamReaderTimeout
        {
        }
    }
}
