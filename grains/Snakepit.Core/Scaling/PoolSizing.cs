using Snakepit.Pools;

namespace Snakepit.Core.Scaling;

/// <summary>How many workers a shard is asked to keep, and who asks: its configuration, a person, or its load.</summary>
public sealed class PoolSizing
{
    private readonly int _configured;
    private readonly ScaleRule? _rule;
    private int? _given;

    /// <param name="configured">Workers of a shard that does not scale itself.</param>
    /// <param name="given">The number that a person gave it before; null for none.</param>
    /// <param name="spec">How it scales itself; null when it does not.</param>
    internal PoolSizing(int configured, int? given, ScaleSpec? spec)
    {
        _configured = configured;
        _given = given;
        Spec = spec;
        _rule = spec is null ? null : new ScaleRule(spec);
        Size = given ?? spec?.IdleSize ?? configured;
    }

    public int Size { get; private set; }

    /// <summary>How the shard scales itself; null when it does not.</summary>
    public ScaleSpec? Spec { get; }

    public SizeSource Source => _given is not null ? SizeSource.Scaled : Spec is not null ? SizeSource.Auto : SizeSource.Configured;

    /// <summary>A person gives the shard a number, or with null takes that back. Returns the size from now on.</summary>
    internal int Give(int? size)
    {
        _given = size;
        return Size = size ?? _rule?.Settled(Size) ?? _configured;
    }

    /// <summary>Time has passed. Returns the new size when the load asks for another one. Only for a shard that scales itself.</summary>
    internal int? Next(ScaleFacts facts, TimeSpan now)
    {
        var wanted = _rule!.Next(facts, now);
        if (_given is not null || wanted == Size)
            return null;
        return Size = wanted;
    }
}
