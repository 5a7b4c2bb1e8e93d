using System.Globalization;
using Snakepit.Errors;
using Snakepit.Identity;

namespace Snakepit.AspNetCore.Management;

/// <summary>A worker as people name it: <c>pool@silo#slot.generation</c>, as status shows it, or without the generation.</summary>
/// <param name="Slot">Its slot.</param>
/// <param name="Generation">Null for the slot's latest worker.</param>
internal readonly record struct WorkerName(SlotId Slot, int? Generation)
{
    /// <exception cref="SnakepitException">It is no worker's name, or one of another pool.</exception>
    public static WorkerName Parse(string text, string pool)
    {
        var dot = text.IndexOf('.', Math.Max(0, text.LastIndexOf('#')));
        try
        {
            var slot = SlotId.FromKey(dot < 0 ? text : text[..dot]);
            if (slot.Shard.Pool != pool)
                throw new SnakepitException(SnakepitErrorCode.InvalidRequest, $"Worker '{text}' is not of pool '{pool}'.");
            return new WorkerName(slot, dot < 0 ? null : int.Parse(text.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture));
        }
        catch (Exception error) when (error is FormatException or OverflowException)
        {
            throw new SnakepitException(
                SnakepitErrorCode.InvalidRequest,
                $"'{text}' is no worker; expected pool@silo#slot or pool@silo#slot.generation, as 'snakepit workers' shows them.");
        }
    }
}
