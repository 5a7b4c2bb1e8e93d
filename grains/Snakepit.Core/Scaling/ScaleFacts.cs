namespace Snakepit.Core.Scaling;

/// <summary>What the size of a shard follows from, at one moment.</summary>
/// <param name="Size">Workers that it is asked to keep.</param>
/// <param name="Demand">Calls waiting and running.</param>
/// <param name="Requests">Calls that it has accepted in its life: short ones come and go between two looks.</param>
/// <param name="WorkerCapacity">Calls that one worker takes at once.</param>
/// <param name="MayChange">It is neither draining nor failed nor tripped.</param>
/// <param name="MayGrow">
/// A worker is ready, and none is missing because the latest one failed. More workers would only fail beside it.
/// </param>
public readonly record struct ScaleFacts(
    int Size, int Demand, long Requests, double WorkerCapacity, bool MayChange, bool MayGrow);
