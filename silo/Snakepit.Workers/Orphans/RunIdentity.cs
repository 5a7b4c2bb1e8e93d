namespace Snakepit.Workers.Orphans;

/// <summary>Names this run of the silo. Its workers carry it, so that a later run can tell them from all other processes.</summary>
/// <param name="InstanceName">Name of the installation on this host.</param>
/// <param name="InstanceToken">Tells apart silos of one name on one host.</param>
/// <param name="RunId">One life of one silo process.</param>
public sealed record RunIdentity(string InstanceName, string InstanceToken, string RunId);
