namespace Snakepit.Core.Scheduling;

/// <summary>
/// The workers that take work, by load, so that the least loaded one is found without looking at all of them.
/// Among equals the one that has waited longest comes first.
/// </summary>
internal sealed class LoadIndex
{
    public const int Nowhere = -1;

    private readonly List<(SlotWorker? First, SlotWorker? Last)> _byLoad = [];
    private int _lowest;

    public SlotWorker? LeastLoaded
    {
        get
        {
            while (_lowest < _byLoad.Count && _byLoad[_lowest].First is null)
                _lowest++;
            return _lowest < _byLoad.Count ? _byLoad[_lowest].First : null;
        }
    }

    /// <summary>Puts a worker where its present state belongs: under its load, or nowhere.</summary>
    public void Place(SlotWorker worker)
    {
        Remove(worker);
        if (!worker.TakesWork)
            return;
        var load = worker.Load;
        while (_byLoad.Count <= load)
            _byLoad.Add((null, null));

        var (first, last) = _byLoad[load];
        worker.Previous = last;
        if (last is not null)
            last.Next = worker;
        _byLoad[load] = (first ?? worker, worker);
        worker.IndexedLoad = load;
        _lowest = Math.Min(_lowest, load);
    }

    public void Remove(SlotWorker worker)
    {
        if (worker.IndexedLoad == Nowhere)
            return;
        var (first, last) = _byLoad[worker.IndexedLoad];
        if (worker.Previous is null)
            first = worker.Next;
        else
            worker.Previous.Next = worker.Next;
        if (worker.Next is null)
            last = worker.Previous;
        else
            worker.Next.Previous = worker.Previous;
        _byLoad[worker.IndexedLoad] = (first, last);
        worker.Next = worker.Previous = null;
        worker.IndexedLoad = Nowhere;
    }
}
