namespace Bongsu.Telemetry.Labels;

/// <summary>One name and value. Names and values are UTF-8 text outside and raw UTF-8 bytes in <see cref="LabelSet"/>.</summary>
public readonly record struct Label(string Name, string Value);
