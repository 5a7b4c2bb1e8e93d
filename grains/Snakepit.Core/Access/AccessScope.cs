namespace Snakepit.Core.Access;

/// <summary>What a caller of the HTTP door may do.</summary>
public enum AccessScope
{
    /// <summary>Call tools and read their streams.</summary>
    Call,

    /// <summary>Read status, load, and the lists of silos, workers and tools.</summary>
    Read,

    /// <summary>Recycle and scale pools, drain and resume silos; contains <see cref="Read"/>.</summary>
    Admin,
}
