namespace Snakepit.Core.Scheduling;

/// <summary>
/// The slots that take work, by load, so that the least loaded one is found without looking at all of them.
/// Among equals the one that has waited longest comes first.
/// </summary>
internal sealed class LoadIndex
{
    public const int Nowhere = -1;

    private readonly List<(Slot? First, Slot? Last)> _byLoad = [];
    private int _lowest;

    public Slot? LeastLoaded
    {
        get
        {
            while (_lowest < _byLoad.Count && _byLoad[_lowest].First is null)
                _lowest++;
            return _lowest < _byLoad.Count ? _byLoad[_lowest].First : null;
        }
    }

    /// <summary>Puts a slot where its present state belongs: under its load, or nowhere.</summary>
    public void Place(Slot slot)
    {
        Remove(slot);
        if (!slot.TakesWork)
            return;
        var load = slot.Load;
        while (_byLoad.Count <= load)
            _byLoad.Add((null, null));

        var (first, last) = _byLoad[load];
        slot.Previous = last;
        if (last is not null)
            last.Next = slot;
        _byLoad[load] = (first ?? slot, slot);
        slot.IndexedLoad = load;
        _lowest = Math.Min(_lowest, load);
    }

    public void Remove(Slot slot)
    {
        if (slot.IndexedLoad == Nowhere)
            return;
        var (first, last) = _byLoad[slot.IndexedLoad];
        if (slot.Previous is null)
            first = slot.Next;
        else
            slot.Previous.Next = slot.Next;
        if (slot.Next is null)
            last = slot.Previous;
        else
            slot.Next.Previous = slot.Previous;
        _byLoad[slot.IndexedLoad] = (first, last);
        slot.Next = slot.Previous = null;
        slot.IndexedLoad = Nowhere;
    }
}
