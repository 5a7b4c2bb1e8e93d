using System.Collections.Concurrent;
using Snakepit.Core.Ports;

namespace Snakepit.Grains.Tests;

/// <summary>Keeps sizes of pools in memory; fails on command.</summary>
internal sealed class FakeSizes : IPoolSizes
{
    public ConcurrentDictionary<string, int> Kept { get; } = new();

    public bool IsFull { get; set; }

    public int? Find(string pool) => Kept.TryGetValue(pool, out var size) ? size : null;

    public void Keep(string pool, int? size)
    {
        if (IsFull)
            throw new IOException("the disk is full");
        if (size is { } number)
            Kept[pool] = number;
        else
            Kept.TryRemove(pool, out _);
    }
}
