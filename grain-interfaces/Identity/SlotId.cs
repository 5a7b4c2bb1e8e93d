using System.Globalization;

namespace Snakepit.Identity;

/// <summary>One slot of a shard, whichever process fills it. Written <c>pool@silo#slot</c>, which is also the worker grain's key.</summary>
[GenerateSerializer, Immutable, Alias("Snakepit.SlotId")]
public readonly record struct SlotId([property: Id(0)] ShardId Shard, [property: Id(1)] int Slot)
{
    /// <summary>The grain key, <c>pool@silo#slot</c>.</summary>
    public override string ToString() => $"{Shard}#{Slot}";

    /// <exception cref="FormatException">The key is not <c>pool@silo#slot</c>.</exception>
    public static SlotId FromKey(string key)
    {
        var hash = key.LastIndexOf('#');
        // Only the canonical form: '#01' would be a second grain for slot 1.
        return hash > 0
            && int.TryParse(key.AsSpan(hash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var slot)
            && key.AsSpan(hash + 1).SequenceEqual(slot.ToString(CultureInfo.InvariantCulture))
            ? new SlotId(ShardId.FromKey(key[..hash]), slot)
            : throw new FormatException($"'{key}' is not a worker key; expected 'pool@silo#slot'.");
    }
}
