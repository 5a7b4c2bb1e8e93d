using Snakepit.Core.Options;
using Snakepit.Silo.Serving;

namespace Snakepit.Silo.Doctor;

/// <summary>What the doctor looks at: a silo as it would start from this configuration.</summary>
/// <param name="Configuration">The whole of it.</param>
/// <param name="Options">The section Snakepit, without mistakes.</param>
/// <param name="Urls">Where its HTTP door would listen.</param>
/// <param name="File">The configuration's file, as a person named it; null for none.</param>
internal sealed record Patient(SiloConfiguration Configuration, SnakepitOptions Options, string Urls, string? File)
{
    /// <summary>The process of a silo of this instance that runs now, in words; null when none does.</summary>
    public string? Running { get; init; }

    /// <summary>A command of snakepit for the same configuration.</summary>
    public string Command(string words) => File is null ? $"snakepit {words}" : $"snakepit {words} --config {File}";
}
