namespace Snakepit.Identity;

/// <summary>One Python process: a slot in one of its generations. Written <c>pool@silo#slot.generation</c>.</summary>
[GenerateSerializer, Immutable, Alias("Snakepit.WorkerId")]
public readonly record struct WorkerId([property: Id(0)] SlotId Slot, [property: Id(1)] int Generation)
{
    /// <summary><c>pool@silo#slot.generation</c>.</summary>
    public override string ToString() => $"{Slot}.{Generation}";
}
