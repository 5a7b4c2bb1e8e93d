namespace Snakepit.Client.Security;

/// <summary>The two ports of a silo.</summary>
internal enum ClusterPort : byte
{
    /// <summary>For other silos.</summary>
    Silo = 1,

    /// <summary>For clients.</summary>
    Gateway = 2,
}
