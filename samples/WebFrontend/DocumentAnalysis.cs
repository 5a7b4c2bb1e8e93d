namespace Snakepit.Samples.WebFrontend;

/// <summary>What <c>analyse_document</c> returns.</summary>
internal sealed record DocumentAnalysis(
    string Engine,
    DocumentLanguage Language,
    int Words,
    int Sentences,
    int ReadingSeconds,
    Keyword[] Keywords,
    SimilarDocument[] Similar,
    string[] Summary);

internal sealed record DocumentLanguage(string Code, string Name, double Confidence);

internal sealed record Keyword(string Word, double Weight, int Count);

internal sealed record SimilarDocument(string Name, string Title, double Similarity);
