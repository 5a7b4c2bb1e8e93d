namespace Snakepit.Silo.Chaos.Silos;

/// <summary>What a run of chaos was asked for.</summary>
/// <param name="Seed">Decides every choice of the run.</param>
/// <param name="Duration">How long callers call and faults happen.</param>
/// <param name="Silos">Silos of the cluster.</param>
/// <param name="Json">The report is a JSON document on standard output; everything else goes to standard error.</param>
internal sealed record ChaosPlan(int Seed, TimeSpan Duration, int Silos, bool Json)
{
    /// <summary>Several silos share the host that a lone one has for itself.</summary>
    public int Workers => Silos == 1 ? 6 : 3;
}
