namespace Snakepit.Cluster.Tests.Telemetry;

/// <summary>The tests that share <see cref="ExportingSilo"/>.</summary>
[CollectionDefinition(nameof(ExportingSilo))]
public sealed class ExportingSiloCollection : ICollectionFixture<ExportingSilo>;
