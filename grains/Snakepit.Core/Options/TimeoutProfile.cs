namespace Snakepit.Core.Options;

/// <summary>Named sets of defaults. Their values are those of the Elixir system's timeout guide.</summary>
public enum TimeoutProfile
{
    /// <summary>General purpose.</summary>
    Balanced,

    /// <summary>Production deployments; the same values as <see cref="Balanced"/>.</summary>
    Production,

    /// <summary>Latency-sensitive APIs: fail fast.</summary>
    ProductionStrict,

    /// <summary>Local development and debugging.</summary>
    Development,

    /// <summary>Model loading and inference are slow.</summary>
    MlInference,

    /// <summary>Jobs that run for hours; streams have no limit.</summary>
    Batch,
}
