using System.Text.RegularExpressions;

namespace Snakepit.Silo.Generating;

/// <summary>The name of a new adapter is that of a Python package, so Python has a word in it.</summary>
internal static partial class AdapterName
{
    /// <summary>What the worker or the tests import, and the folder of the tests: a package of such a name would hide it.</summary>
    private static readonly string[] Taken = ["snakepit_bridge", "grpc", "google", "pytest", "tests"];

    /// <summary>What is wrong with a name, in one sentence; null when nothing is.</summary>
    public static string? Flaw(string name)
    {
        if (!Allowed().IsMatch(name))
        {
            var near = Near(name);
            return $"'{name}' is no name for a Python package: it needs a letter first, then letters, digits and underscores, 64 at most."
                + (Allowed().IsMatch(near) && Flaw(near) is null ? $" Try '{near}'." : "");
        }

        if (PythonWords.Keywords.Contains(name))
            return $"'{name}' is a word of the Python language; choose another name.";
        if (PythonWords.StandardModules.Contains(name))
            return $"'{name}' is a module of Python's standard library, which the package would hide; choose another name.";
        return Taken.Contains(name, StringComparer.OrdinalIgnoreCase)
            ? $"'{name}' is taken by a package that the worker or the tests need, or by the folder of the tests; choose another name."
            : null;
    }

    private static string Near(string name) => NotAllowed().Replace(name, "_").Trim('_').ToLowerInvariant();

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_]{0,63}$", RegexOptions.CultureInvariant)]
    private static partial Regex Allowed();

    [GeneratedRegex("[^A-Za-z0-9]+", RegexOptions.CultureInvariant)]
    private static partial Regex NotAllowed();
}
