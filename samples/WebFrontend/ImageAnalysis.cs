namespace Snakepit.Samples.WebFrontend;

/// <summary>What <c>analyse_image</c> returns. The two pictures are PNG files.</summary>
internal sealed record ImageAnalysis(
    string Engine,
    int Width,
    int Height,
    DominantColour[] Colours,
    Brightness Brightness,
    Sharpness Sharpness,
    byte[] PaletteImage,
    byte[] EdgeImage);

internal sealed record DominantColour(string Hex, double Share);

internal sealed record Brightness(double Mean, int[] Histogram);

internal sealed record Sharpness(double Score, string Label);
