using System.Reflection;

namespace Snakepit.Architecture.Tests;

/// <summary>The assemblies whose shape is guarded.</summary>
internal static class House
{
    public static readonly Assembly Words = typeof(Pools.IPoolGrain).Assembly;
    public static readonly Assembly Core = typeof(Snakepit.Core.Scheduling.PoolScheduler).Assembly;
    public static readonly Assembly Grains = typeof(Snakepit.Grains.Hosting.SnakepitGrainsExtensions).Assembly;
    public static readonly Assembly Workers = typeof(Snakepit.Workers.Host.WorkerHost).Assembly;
    public static readonly Assembly Client = typeof(Snakepit.Client.ISnakepitClient).Assembly;

    /// <summary>Every assembly that others build on.</summary>
    public static readonly Assembly[] All = [Words, Core, Grains, Workers, Client];

    /// <summary>Assemblies whose namespaces see each other one way. A new assembly belongs here.</summary>
    public static readonly Assembly[] Guarded = [Words, Core, Grains, Workers];
}
