using System.Reflection;

namespace Snakepit.Testing.Cluster;

/// <summary>Finds the grains of a test host by interface and key. There is no Orleans behind it.</summary>
internal class LocalGrains : DispatchProxy
{
    private Func<Type, string, object?> _find = static (_, _) => null;

    /// <param name="find">The grain of an interface and a key; null when there is none.</param>
    public static IGrainFactory Of(Func<Type, string, object?> find)
    {
        var factory = Create<IGrainFactory, LocalGrains>();
        ((LocalGrains)factory)._find = find;
        return factory;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        targetMethod is { Name: nameof(IGrainFactory.GetGrain), IsGenericMethod: true }
        && args is [string key, ..]
        && _find(targetMethod.GetGenericArguments()[0], key) is { } grain
            ? grain
            : throw new NotSupportedException("A test host has the grains of pools and shards only.");
}
