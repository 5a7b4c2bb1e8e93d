namespace Snakepit.Core.Ports;

/// <summary>Keeps the sizes that people gave to pools while the silo ran, over its restarts. Thread-safe.</summary>
public interface IPoolSizes
{
    /// <summary>Number of workers that an operator gave the pool; null when the configured number counts.</summary>
    int? Find(string pool);

    /// <summary>Keeps a number of workers for the pool; null to forget it.</summary>
    /// <exception cref="IOException">It cannot be kept.</exception>
    void Keep(string pool, int? size);
}
