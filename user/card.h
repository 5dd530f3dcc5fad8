/*
 * The test card that `fbdemo --card' draws: the colour of each pixel is a formula, so that a test can
 * compare a screendump with it pixel by pixel.
 */
#ifndef USER_CARD_H
#define USER_CARD_H

/*
 * Pixel (x, y) of a card of w x h pixels, as 0xRRGGBB:
 *   the outermost 8 pixels on each side are white;
 *   a ring around the middle (w/2, h/2) is white: (h/4 - 4)^2 <= dx^2 + dy^2 <= (h/4 + 4)^2;
 *   elsewhere red grows from left to right (x * 255 / (w - 1)), green from top to bottom
 *   (y * 255 / (h - 1)), and blue is 255 or 0 like a chessboard of squares of 32 pixels: 255 where
 *   x / 32 + y / 32 is odd. All divisions drop the rest.
 */
static inline unsigned int card_pixel(int x, int y, int w, int h)
{
	int dx = x - w / 2, dy = y - h / 2, r = h / 4, d = dx * dx + dy * dy;

	if (x < 8 || y < 8 || x >= w - 8 || y >= h - 8)
		return 0xffffff;
	if (d >= (r - 4) * (r - 4) && d <= (r + 4) * (r + 4))
		return 0xffffff;
	return x * 255 / (w - 1) << 16 | y * 255 / (h - 1) << 8 | ((x / 32 + y / 32) & 1) * 255;
}

#endif
