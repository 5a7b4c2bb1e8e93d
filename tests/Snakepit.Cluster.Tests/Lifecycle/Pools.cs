using System.Text.Json;
using System.Text.Json.Nodes;

namespace Snakepit.Cluster.Tests.Lifecycle;

internal static class Pools
{
    /// <summary>A pool with further options.</summary>
    public static JsonObject With(object pool, object? options)
    {
        var all = JsonSerializer.SerializeToNode(pool)!.AsObject();
        foreach (var (name, value) in JsonSerializer.SerializeToNode(options ?? new { })!.AsObject())
            all[name] = value?.DeepClone();
        return all;
    }
}
