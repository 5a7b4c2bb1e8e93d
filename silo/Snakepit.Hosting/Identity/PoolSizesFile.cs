using System.Text.Json;
using Microsoft.Extensions.Logging;
using Snakepit.Core.Options;
using Snakepit.Core.Ports;
using Snakepit.Hosting.Startup;
using Snakepit.Workers.Orphans;

namespace Snakepit.Hosting.Identity;

/// <summary>Keeps the sizes of pools in the file <c>pool-sizes.json</c> of the instance's data folder.</summary>
internal sealed class PoolSizesFile : IPoolSizes
{
    private readonly Lock _gate = new(); // several pools may be scaled at once
    private readonly string _path;
    private readonly Dictionary<string, int> _sizes;

    public PoolSizesFile(InstanceLock held, ILogger<PoolSizesFile> logger)
    {
        _path = Path.Combine(held.Folder, "pool-sizes.json");
        _sizes = Read(_path, logger);
    }

    public int? Find(string pool)
    {
        lock (_gate)
            return _sizes.TryGetValue(pool, out var size) ? size : null;
    }

    public void Keep(string pool, int? size)
    {
        lock (_gate)
        {
            var sizes = new Dictionary<string, int>(_sizes);
            if (size is { } number)
                sizes[pool] = number;
            else
                sizes.Remove(pool);
            Write(sizes);
            _sizes.Clear();
            foreach (var (name, kept) in sizes)
                _sizes[name] = kept;
        }
    }

    /// <summary>A file that cannot be read must not keep the silo from starting: the configured sizes count then.</summary>
    private static Dictionary<string, int> Read(string path, ILogger logger)
    {
        if (!File.Exists(path))
            return [];
        try
        {
            var sizes = JsonSerializer.Deserialize<Dictionary<string, int>>(File.ReadAllText(path)) ?? [];
            return sizes.Where(pair => pair.Value is >= PoolOptions.SmallestSize and <= PoolOptions.LargestSize).ToDictionary();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            HostingLog.SizesUnreadable(logger, path, error.Message);
            return [];
        }
    }

    /// <summary>The old file stays whole until the new one is.</summary>
    private void Write(Dictionary<string, int> sizes)
    {
        try
        {
            var fresh = $"{_path}.new";
            File.WriteAllText(fresh, JsonSerializer.Serialize(sizes));
            File.Move(fresh, _path, overwrite: true);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new IOException(error.Message, error);
        }
    }
}
