namespace Snakepit.Identity;

/// <summary>
/// One run of a silo, as the cluster's membership knows it. A silo that comes back under its name is another incarnation: nothing of
/// the earlier one's calls, queues and workers is there.
/// </summary>
/// <param name="Endpoint">Address and port that it advertises to other silos.</param>
/// <param name="Generation">Tells runs at one endpoint apart; a later run has a higher number.</param>
[GenerateSerializer, Immutable, Alias("Snakepit.Incarnation")]
public readonly record struct Incarnation([property: Id(0)] string Endpoint, [property: Id(1)] int Generation)
{
    /// <summary><c>endpoint@generation</c>.</summary>
    public override string ToString() => $"{Endpoint}@{Generation}";
}
