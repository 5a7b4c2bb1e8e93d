namespace Snakepit.Workers.Python.Setup;

/// <summary>The interpreter that a person has named to make an environment from, beside an environment that is there already.</summary>
internal static class NamedOrigin
{
    /// <summary>What to say of an environment that was made from another interpreter; null when it fits.</summary>
    /// <param name="named">The interpreter that was named.</param>
    /// <param name="venv">Folder of the environment.</param>
    /// <param name="inVenv">The environment's interpreter.</param>
    public static string? Difference(PythonInterpreter named, string venv, string inVenv)
    {
        var (wanted, origin) = (Program(named.Executable), Program(inVenv));
        // An environment with a copy of its interpreter does not say whose.
        return wanted == origin || new FileInfo(inVenv).LinkTarget is null
            ? null
            : $"The environment {venv} is of the Python at {origin}, not of {wanted}, which --python names. It stays as it is; remove the "
                + "folder to have it made anew.";
    }

    /// <summary>The file behind all links, those of its folders too: /bin is one to /usr/bin on most hosts.</summary>
    private static string Program(string path)
    {
        var full = Path.GetFullPath(path);
        if (Path.GetDirectoryName(full) is not { } folder)
            return full;
        var here = Path.Combine(Program(folder), Path.GetFileName(full));
        return File.ResolveLinkTarget(here, returnFinalTarget: true) is { } target ? Program(target.FullName) : here;
    }
}
