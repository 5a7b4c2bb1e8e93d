namespace Snakepit.Samples.WebFrontend;

/// <summary>The documents and pictures that come with the sample. Names are looked up, never used as paths.</summary>
internal sealed class SampleData
{
    private readonly Dictionary<(string Kind, string Name), string> _files = [];

    public SampleData(IWebHostEnvironment environment)
    {
        var folder = Path.Combine(environment.ContentRootPath, "data");
        Index = new SampleIndex(
            Read(folder, "documents", "*.txt", file => File.ReadLines(file).First()),
            Read(folder, "images", "*.png", file => Words(Path.GetFileNameWithoutExtension(file))));
    }

    public SampleIndex Index { get; }

    public IResult Find(string kind, string name) =>
        _files.TryGetValue((kind, name), out var file)
            ? Results.File(file, kind == "images" ? "image/png" : "text/plain; charset=utf-8")
            : Results.NotFound();

    private SampleEntry[] Read(string folder, string kind, string pattern, Func<string, string> title)
    {
        var files = Directory.GetFiles(Path.Combine(folder, kind), pattern).Order(StringComparer.Ordinal).ToArray();
        foreach (var file in files)
            _files.Add((kind, Path.GetFileNameWithoutExtension(file)), file);
        return [.. files.Select(file => new SampleEntry(Path.GetFileNameWithoutExtension(file), title(file)))];
    }

    private static string Words(string name) => char.ToUpperInvariant(name[0]) + name[1..].Replace('-', ' ');
}

internal sealed record SampleIndex(SampleEntry[] Documents, SampleEntry[] Images)
{
    public int MaxDocumentBytes => Upload.DocumentBytes;

    public int MaxImageBytes => Upload.ImageBytes;
}

internal sealed record SampleEntry(string Name, string Title);
