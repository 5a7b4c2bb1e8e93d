using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Snakepit.Hosting.Telemetry;

/// <summary>What another library of this house adds to what a silo exports.</summary>
internal interface ITelemetryPart
{
    /// <summary>It wants metrics, whether or not the options export any.</summary>
    bool WantsMetrics { get; }

    /// <summary>Adds meters and readers.</summary>
    void AddTo(MeterProviderBuilder metrics);

    /// <summary>Adds sources.</summary>
    void AddTo(TracerProviderBuilder traces);
}
